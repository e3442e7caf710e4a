//! Opening connections, and what an error says about one.

use super::{PostgresOptions, session};
use crate::deadline::deadline_after;
use crate::failure::sqlstate;
use crate::process;
use crate::{InvalidDatabaseUrl, OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Error, Row, raw_sql};
use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Room for every statement of the store.
const STATEMENTS: usize = 256;
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// How to connect to `url`, without any setting that a pooler could refuse or drop.
///
/// # Errors
/// `Url` when its parts cannot be told apart.
pub(super) fn plain(url: &PostgresUrl, options: &PostgresOptions) -> Result<PgConnectOptions, OpenError> {
    // What the library says about a malformed URL may repeat a part of it.
    let connect = PgConnectOptions::from_str(&url.expose()).map_err(|_| InvalidDatabaseUrl::Malformed)?;
    let connect = if url.sets("application_name") {
        connect
    } else {
        connect.application_name(&options.application_name)
    };
    let statements = if options.pooler { 0 } else { STATEMENTS };
    Ok(connect.statement_cache_capacity(statements).extra_float_digits(None).disable_statement_logging())
}

/// Checks that a store can be opened here.
///
/// # Errors
/// `Unreachable` where there is no tokio runtime.
pub(super) fn in_runtime(options: &PostgresOptions) -> Result<(), OpenError> {
    process::in_runtime().map_err(|misuse| OpenError::Unreachable {
        database: options.url.to_string(),
        reason: misuse.to_string(),
        source: misuse.into(),
    })
}

/// A connection outside of any pool, to a database that can keep every text.
///
/// The settings are in force in the transactions that [`session::begin_outside_of_units`] begins. Outside of them it
/// takes simple queries only: what is prepared on one server, a pooler may execute on another.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn alone(options: &PostgresOptions) -> Result<PgConnection, OpenError> {
    let connect = plain(&options.url, options)?.statement_cache_capacity(0);
    let attempt = || with_encoding(&connect, options);
    let connected = patiently(deadline_after(options.wait), may_pass_at_opening, attempt).await;
    match connected.map_err(|error| unreachable(options, error))? {
        (connection, encoding) if encoding == "UTF8" => Ok(connection),
        (_, encoding) => Err(OpenError::Encoding { database: options.url.to_string(), encoding }),
    }
}

/// A connection, and how its database keeps text.
async fn with_encoding(
    connect: &PgConnectOptions,
    options: &PostgresOptions,
) -> Result<(PgConnection, String), Error> {
    let mut connection = connect.connect().await?;
    // A pooler that was not told of is found out here, or by the next connection that claims the same server.
    let text = format!(
        "{}{}SELECT current_setting('server_encoding'); COMMIT",
        session::begin_outside_of_units(options, ""),
        session::claim(options).unwrap_or_default()
    );
    let rows = raw_sql(AssertSqlSafe(text)).fetch_all(&mut connection).await?;
    let encoding = rows.last().ok_or(Error::RowNotFound)?.try_get(0)?;
    Ok((connection, encoding))
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
    matches!(error, Error::Io(_)) || may_pass_at_opening(error)
}

/// The same as a store is opened, when the server must be there, but may be starting or full, or have a proxy before it.
pub(super) fn may_pass_at_opening(error: &Error) -> bool {
    hung_up(error) || matches!(sqlstate(error).as_deref(), Some("57P03" | "53300"))
}

/// Whether the other end closed a new connection without a word, as a proxy does that has no server.
pub(super) fn hung_up(error: &Error) -> bool {
    match error {
        Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        ),
        // The library reads no byte as a zero, which no server sends.
        Error::Protocol(message) => message.contains("SSLRequest: 0x00"),
        _ => false,
    }
}

/// Whether the connection can be used again after a rollback.
pub(super) fn survives(error: &Error) -> bool {
    let Some(code) = sqlstate(error) else {
        // A value that could not be bound or read is no fault of the connection.
        return matches!(error, Error::Encode(_) | Error::ColumnDecode { .. } | Error::Decode(_));
    };
    // 25006: the server became a replica. 25P03, 25P04, 57P, 08: the server ended the session. 0A000, 26000, 42P05: a prepared
    // statement is not what it was. XX: the server is not sound.
    let lost = ["08", "57P", "25006", "25P03", "25P04", "0A000", "26000", "42P05", "XX"];
    !lost.iter().any(|beginning| code.starts_with(beginning))
}

/// Whether a connection met what another one prepared, or not what it prepared itself: a pooler handed its server on.
pub(super) fn is_of_another_connection(error: &Error) -> bool {
    matches!(sqlstate(error).as_deref(), Some("26000" | "42P05"))
}

/// What the server or the system said, in one line.
pub(super) fn reason(error: &Error) -> String {
    match error {
        _ if hung_up(error) => {
            "the other end closes every connection; if it is a proxy, it has no server now".to_owned()
        }
        Error::Database(server) if server.message().starts_with("unsupported startup parameter") => {
            format!("{}; leave it out of the url where a pooler stands in between", server.message())
        }
        Error::Database(server) if is_of_another_connection(error) => {
            format!("{}; set storage.pooler where a pooler stands in between", server.message())
        }
        Error::Database(server) if server.message().contains("session_replication_role") => format!(
            "{}, but with its value references are not checked: reset it for this database and role",
            server.message()
        ),
        Error::Database(server) => server.message().to_owned(),
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
