//! Says in a sentence why a PostgreSQL database cannot be read. What the server said stays behind it.

use crate::failure::CliError;
use sqlx::Error;
use sqlx::error::DatabaseError;
use std::borrow::Cow;
use std::io::ErrorKind;
use wtb_config::PostgresUrl;

/// The sentence about a connection that did not come about.
pub(super) fn cannot_connect(url: &PostgresUrl, error: Error) -> CliError {
    let not_postgresql = || "what answers there is not a PostgreSQL server, or it hung up".to_owned();
    let reason = match &error {
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => not_postgresql(),
        Error::Io(error) => error.to_string(),
        Error::Tls(error) => format!("no secure connection: {error}"),
        Error::Database(error) => error.message().to_owned(),
        _ => not_postgresql(),
    };
    CliError::failed(format!("cannot connect to {url}: {reason}")).because(error)
}

/// The SQLSTATE, if the server said something.
fn code(error: &Error) -> Option<String> {
    error.as_database_error().and_then(DatabaseError::code).map(Cow::into_owned)
}

/// The sentence about the database called `name` that cannot be read to the end.
pub(super) fn explain(name: &str, error: Error) -> CliError {
    let code = code(&error).unwrap_or_default();
    let sentence = match (&error, &*code) {
        // The server says which table it is.
        (Error::Database(error), "42501") => {
            format!("{name} cannot be read by this user: {}", error.message())
        }
        (_, "55P03") => format!("{name} is being changed by another program: try again when it is done"),
        (Error::Io(_) | Error::Tls(_), _) | (_, "57P01" | "57P02") => {
            format!("contact with {name} was lost: try again")
        }
        (Error::Database(error), _) => format!("{name} cannot be read: {}", error.message()),
        _ => format!("{name} cannot be read"),
    };
    CliError::failed(sentence).because(error)
}
