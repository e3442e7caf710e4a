//! Connects to a PostgreSQL server in bounded time, and tells whether two URLs mean the same database.

use super::failure::cannot_connect;
use crate::failure::{CliError, CliResult};
use sqlx::{ConnectOptions, Connection, PgConnection, Row, postgres::PgConnectOptions, raw_sql};
use std::time::Duration;
use tokio::time::timeout;
use wtb_config::PostgresUrl;

/// How long to wait for a server to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Connects, if the server answers within `wait`.
///
/// # Errors
/// One sentence about why not.
pub(super) async fn connect(url: &PostgresUrl, wait: Duration) -> CliResult<PgConnection> {
    // What the driver says about an option that it cannot read repeats the option.
    let options: PgConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| CliError::usage(format!("{url} has a part or a parameter that cannot be read")))?;
    // Poolers refuse the setting for digits at this point, and take it later.
    let options = options.application_name("wtb import").extra_float_digits(None).disable_statement_logging();
    match timeout(wait, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(cannot_connect(url, error)),
        Err(_) => Err(CliError::failed(format!("cannot connect to {url}: no answer within {wait:?}"))),
    }
}

/// Whether a table that is made through one of the URLs would be in the database and schema of the other.
///
/// # Errors
/// If the database at `one` cannot be asked. If only the other cannot, whoever opens it is told why.
pub(crate) async fn same_database(one: &PostgresUrl, other: &PostgresUrl) -> CliResult<bool> {
    let one = place(one).await?;
    Ok(place(other).await.is_ok_and(|other| one == other))
}

/// The server, by the moment of its start, which every user may know; the database; the schema.
const PLACE: &str = "SELECT concat_ws(' ', pg_postmaster_start_time(), current_database(), current_schema())";

async fn place(url: &PostgresUrl) -> CliResult<String> {
    let mut connection = connect(url, PATIENCE).await?;
    let row = raw_sql(PLACE).fetch_one(&mut connection).await;
    let place = row.and_then(|row| row.try_get(0)).map_err(|error| cannot_connect(url, error))?;
    drop(connection.close().await);
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, TcpListener};
    use wtb_config::DatabaseUrl;

    #[tokio::test]
    async fn a_server_that_never_answers_is_not_waited_for_without_end() {
        // Connections come about in the queue of the socket, and nobody takes them out.
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = silent.local_addr().unwrap().port();
        let url = format!("postgresql://wtb:canary@127.0.0.1:{port}/wtb");
        let Ok(DatabaseUrl::Postgres(url)) = DatabaseUrl::parse(&url) else { panic!("a url") };
        let refused = connect(&url, Duration::from_millis(50)).await.unwrap_err();
        let expected = format!("cannot connect to postgresql://127.0.0.1:{port}/wtb: no answer within 50ms");
        assert_eq!(refused.to_string(), expected);
    }
}
