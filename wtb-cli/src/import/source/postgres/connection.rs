//! Connects to a PostgreSQL server in bounded time.

use super::failure::{cannot_connect, explain};
use crate::failure::{CliError, CliResult};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::time::Duration;
use tokio::time::timeout;
use wtb_config::PostgresUrl;

/// How long to wait for a server to answer, or for a program that changes a table to be done.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long the next row may take: sorting or counting a large table comes before it.
pub(super) const SILENCE: Duration = Duration::from_mins(5);

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
    // The driver asks for ISO dates in UTF-8. Poolers refuse its setting for digits, and take one later.
    let options = options.application_name("wtb import").extra_float_digits(None).disable_statement_logging();
    match timeout(wait, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(cannot_connect(url, error)),
        Err(_) => Err(CliError::failed(format!("cannot connect to {url}: no answer within {wait:?}"))),
    }
}

/// What the database called `name` answers within `wait`.
///
/// # Errors
/// One sentence about why it cannot be read.
pub(super) async fn answer<T>(
    name: &str,
    wait: Duration,
    question: impl Future<Output = sqlx::Result<T>>,
) -> CliResult<T> {
    match timeout(wait, question).await {
        Ok(answer) => answer.map_err(|error| explain(name, error)),
        Err(_) => Err(CliError::failed(format!("contact with {name} was lost: no answer within {wait:?}"))),
    }
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

    #[tokio::test]
    async fn a_server_that_falls_silent_is_given_up() {
        let wait = Duration::from_millis(10);
        let lost = answer("here", wait, std::future::pending::<sqlx::Result<()>>()).await.unwrap_err();
        assert_eq!(lost.to_string(), "contact with here was lost: no answer within 10ms");
    }
}
