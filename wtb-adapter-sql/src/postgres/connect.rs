//! Opening connections, and what an error says about one.

use super::{PostgresOptions, session};
use crate::deadline::deadline_after;
use crate::failure::sqlstate;
use crate::{InvalidDatabaseUrl, OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError};
use sqlx::{ConnectOptions, Error, query_scalar};
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
    let connect = PgConnectOptions::from_str(url.expose()).map_err(|_| InvalidDatabaseUrl::Malformed)?;
    let connect = if url.sets("application_name") {
        connect
    } else {
        connect.application_name(&options.application_name)
    };
    Ok(connect.statement_cache_capacity(STATEMENTS).extra_float_digits(None).disable_statement_logging())
}

/// A connection outside of any pool and without settings, to a database that can keep every text.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn alone(options: &PostgresOptions) -> Result<PgConnection, OpenError> {
    let database = options.url.to_string();
    let connect = plain(&options.url, options)?.statement_cache_capacity(0);
    let deadline = deadline_after(options.wait);
    let attempt = async || {
        let mut connection = connect.connect().await?;
        let encoding = query_scalar("SELECT current_setting('server_encoding')").persistent(false);
        let encoding: String = encoding.fetch_one(&mut connection).await?;
        Ok((connection, encoding))
    };
    let (reason, source) = loop {
        match timeout_at(deadline, attempt()).await {
            Ok(Ok((connection, encoding))) if encoding == "UTF8" => return Ok(connection),
            Ok(Ok((_, encoding))) => return Err(OpenError::Encoding { database, encoding }),
            // Nobody may ever listen there; a server that answers is at least there.
            Ok(Err(error))
                if may_pass(&error)
                    && !matches!(error, Error::Io(_))
                    && Instant::now() + PAUSE < deadline =>
            {
                sleep(PAUSE).await;
            }
            Ok(Err(error)) => break (reason(&error), error.into()),
            Err(elapsed) => {
                break (format!("no answer within {} ms", options.wait.as_millis()), elapsed.into());
            }
        }
    };
    Err(OpenError::Unreachable { database, reason, source })
}

/// Whether a server that is starting, or full, or not listening yet, may be ready a moment later.
pub(super) fn may_pass(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        error => matches!(sqlstate(error).as_deref(), Some("57P03" | "53300")),
    }
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
        Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => error.message().to_owned(),
            None => error.message().to_owned(),
        },
        Error::Io(error) => error.to_string(),
        Error::Tls(error) => format!("no secure connection: {error}"),
        other => other.to_string(),
    }
}
