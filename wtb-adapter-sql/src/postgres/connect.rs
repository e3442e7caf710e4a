//! Opening connections, and what an error says about one.

use super::{PostgresOptions, session};
use crate::deadline::deadline_after;
use crate::failure::sqlstate;
use crate::{InvalidDatabaseUrl, OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Error, Row, raw_sql};
use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Room for every statement of the store.
const STATEMENTS: usize = 256;
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// How to connect to `url` for units of a store that is opened with `options`.
///
/// # Errors
/// `Url` when its parts cannot be told apart.
pub(super) fn for_units(url: &PostgresUrl, options: &PostgresOptions) -> Result<PgConnectOptions, OpenError> {
    let connect = plain(url, options)?;
    Ok(if options.pooler {
        // Poolers refuse settings that they cannot follow; each unit brings its own.
        connect.statement_cache_capacity(0).extra_float_digits(None)
    } else {
        connect.options(session::settings(options))
    })
}

/// How to connect to `url` without settings.
///
/// # Errors
/// As [`for_units`].
pub(super) fn plain(url: &PostgresUrl, options: &PostgresOptions) -> Result<PgConnectOptions, OpenError> {
    // What the library says about a malformed URL may repeat a part of it.
    let connect = PgConnectOptions::from_str(&url.expose()).map_err(|_| InvalidDatabaseUrl::Malformed)?;
    let connect = if url.sets("application_name") {
        connect
    } else {
        connect.application_name(&options.application_name)
    };
    Ok(connect.statement_cache_capacity(STATEMENTS).extra_float_digits(None).disable_statement_logging())
}

/// A connection outside of any pool and without settings, to a database that can keep every text.
///
/// Outside of a transaction it takes simple queries only: what is prepared on one server, a pooler may execute on another.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn alone(options: &PostgresOptions) -> Result<PgConnection, OpenError> {
    let connect = plain(&options.url, options)?.statement_cache_capacity(0);
    // Nobody may ever listen there; a server that answers is at least there.
    let may_pass = |error: &Error| !matches!(error, Error::Io(_)) && may_pass(error);
    let connected = patiently(deadline_after(options.wait), may_pass, || with_encoding(&connect)).await;
    match connected.map_err(|error| unreachable(options, error))? {
        (connection, encoding) if encoding == "UTF8" => Ok(connection),
        (_, encoding) => Err(OpenError::Encoding { database: options.url.to_string(), encoding }),
    }
}

/// A connection, and how its database keeps text.
async fn with_encoding(connect: &PgConnectOptions) -> Result<(PgConnection, String), Error> {
    let mut connection = connect.connect().await?;
    let encoding = raw_sql("SELECT current_setting('server_encoding')").fetch_one(&mut connection).await?;
    Ok((connection, encoding.try_get(0)?))
}

/// Attempts to connect until `deadline`, as long as what is in the way may pass.
///
/// # Errors
/// The last error; none if there never was an answer.
pub(super) async fn patiently<T, A: Future<Output = Result<T, Error>>>(
    deadline: Instant,
    may_pass: impl Fn(&Error) -> bool,
    attempt: impl Fn() -> A,
) -> Result<T, Option<Error>> {
    let mut in_the_way = None;
    loop {
        match timeout_at(deadline, attempt()).await {
            Ok(Ok(connected)) => return Ok(connected),
            Ok(Err(error)) if may_pass(&error) && Instant::now() + PAUSE < deadline => {
                in_the_way = Some(error);
                sleep(PAUSE).await;
            }
            Ok(Err(error)) => return Err(Some(error)),
            Err(_) => return Err(in_the_way),
        }
    }
}

/// What whoever opens a store is told when [`patiently`] was in vain.
pub(super) fn unreachable(options: &PostgresOptions, error: Option<Error>) -> OpenError {
    let silence = || format!("no answer within {} ms", options.wait.as_millis());
    OpenError::Unreachable {
        database: options.url.to_string(),
        reason: error.as_ref().map_or_else(silence, reason),
        source: error.map_or_else(|| silence().into(), Into::into),
    }
}

/// Whether a server that is starting, or full, or away, may be ready a moment later.
pub(super) fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Io(_)) || matches!(sqlstate(error).as_deref(), Some("57P03" | "53300"))
}

/// Whether the connection can be used again after a rollback.
pub(super) fn survives(error: &Error) -> bool {
    let Some(code) = sqlstate(error) else {
        // A value that could not be bound or read is no fault of the connection.
        return matches!(error, Error::Encode(_) | Error::ColumnDecode { .. } | Error::Decode(_));
    };
    // 25006: the server became a replica. 25P03, 57P, 08: the server ended the session. 0A000, 26000, 42P05: a prepared
    // statement is not what it was. XX: the server is not sound.
    let lost = ["08", "57P", "25006", "25P03", "0A000", "26000", "42P05", "XX"];
    !lost.iter().any(|beginning| code.starts_with(beginning))
}

/// What the server or the system said, in one line.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Database(error) if error.message().starts_with("unsupported startup parameter") => {
            format!("{}; set storage.pooler where a pooler stands in between", error.message())
        }
        Error::Database(error) => error.message().to_owned(),
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => {
            format!("no secure connection: {error}")
        }
        Error::Io(error) if error.kind() == ErrorKind::NotFound => {
            format!("a socket or a certificate that the url names is absent: {error}")
        }
        Error::Io(error) => error.to_string(),
        Error::Tls(error) => format!("no secure connection: {error}"),
        Error::Protocol(_) => "what answers there is no postgresql server".to_owned(),
        other => other.to_string(),
    }
}
