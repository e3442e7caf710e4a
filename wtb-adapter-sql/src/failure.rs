//! What databases answer instead of a result, and what that means: one table per database.

use crate::process::Misuse;
use crate::record::Record;
use rusqlite::ffi;
use sqlx::postgres::PgDatabaseError;
use std::borrow::Cow;
use wtb_ports::{BoxError, StoreError};

/// Why a statement failed, whatever the database.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The values of a unique index are taken; its columns, separated by `, `.
    Taken { columns: String, source: BoxError },
    /// A foreign key points to nothing, or would.
    Reference(BoxError),
    /// The database chose another transaction over this one.
    Conflict(BoxError),
    /// Something is locked that the statement needs.
    Busy { waited_for: Cow<'static, str>, source: BoxError },
    /// The disk is full.
    Full(BoxError),
    /// A row cannot be read.
    Corrupt { key: String, column: &'static str, source: BoxError },
    /// Anything else.
    Other(BoxError),
}

/// What a statement did to the table of `R`, which decides what a broken foreign key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It wrote rows.
    Wrote,
    /// It deleted a row.
    Deleted,
    /// It read rows.
    Read,
}

impl Failure {
    /// What the caller is told about a statement on the table of `R`.
    pub(crate) fn about<R: Record>(self, deed: Deed, operation: &'static str) -> StoreError {
        let entity = R::ENTITY;
        match self {
            Self::Taken { columns, source } => {
                match [Some("id"), R::UNIQUE].into_iter().flatten().find(|field| *field == columns) {
                    Some(field) => StoreError::AlreadyExists { entity, field },
                    None => StoreError::Backend { operation, source },
                }
            }
            Self::Reference(source) => match (deed, R::REFERS_TO) {
                (Deed::Deleted, _) => StoreError::StillReferenced { entity },
                (Deed::Wrote, Some(refers_to)) => StoreError::MissingReference { entity, refers_to },
                _ => StoreError::Backend { operation, source },
            },
            Self::Corrupt { key, column, source } => StoreError::Corrupt { entity, key, column, source },
            other => other.during(operation),
        }
    }

    /// What the caller is told about a statement on no table in particular.
    pub(crate) fn during(self, operation: &'static str) -> StoreError {
        match self {
            Self::Conflict(source) => StoreError::Conflict { operation, source: Some(source) },
            Self::Busy { waited_for, source } => StoreError::Unavailable { waited_for, source: Some(source) },
            Self::Full(source) => StoreError::StorageFull { source },
            Self::Taken { source, .. }
            | Self::Reference(source)
            | Self::Corrupt { source, .. }
            | Self::Other(source) => StoreError::Backend { operation, source },
        }
    }
}

impl From<Misuse> for Failure {
    fn from(misuse: Misuse) -> Self {
        Self::Other(misuse.into())
    }
}

/// SQLite's result codes.
impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Other(error.into());
        };
        match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Self::Taken {
                columns: taken_columns(message.as_deref().unwrap_or_default()),
                source: error.into(),
            },
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Reference(error.into()),
            // A snapshot that is too old to write from: trying again needs a new one.
            ffi::SQLITE_BUSY_SNAPSHOT => Self::Conflict(error.into()),
            extended => match extended & 0xff {
                ffi::SQLITE_BUSY => Self::Busy {
                    waited_for: "a lock that another process holds".into(),
                    source: error.into(),
                },
                ffi::SQLITE_LOCKED => Self::Conflict(error.into()),
                ffi::SQLITE_FULL => Self::Full(error.into()),
                _ => Self::Other(error.into()),
            },
        }
    }
}

/// The columns in `UNIQUE constraint failed: workflows.name, workflows.version`, without their table.
fn taken_columns(message: &str) -> String {
    let list = message.rsplit_once(": ").map_or("", |(_, list)| list);
    let names = list.split(", ").map(|column| column.rsplit_once('.').map_or(column, |(_, name)| name));
    names.collect::<Vec<_>>().join(", ")
}

/// PostgreSQL's SQLSTATE codes.
impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let busy = |waited_for: &'static str, error: sqlx::Error| Self::Busy {
            waited_for: waited_for.into(),
            source: error.into(),
        };
        let Some(code) = sqlstate(&error) else {
            return if matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_)) {
                busy("the server to answer", error)
            } else {
                Self::Other(error.into())
            };
        };
        match &*code {
            "23505" => Self::Taken {
                columns: detail(&error).and_then(key_columns).unwrap_or_default().to_owned(),
                source: error.into(),
            },
            "23503" => Self::Reference(error.into()),
            "40001" | "40P01" => Self::Conflict(error.into()),
            _ if is_stale_statement(&error) => Self::Conflict(error.into()),
            "55P03" => busy("a lock that another unit holds", error),
            "57014" => busy("a statement to end", error),
            "25P03" => busy("the next call of a unit, which the server rolled back meanwhile", error),
            "25006" => busy("a server that can be written to", error),
            "53300" => busy("one of the server's connections", error),
            "53100" => Self::Full(error.into()),
            _ if code.starts_with("08") || code.starts_with("57P") => busy("the server to answer", error),
            _ => Self::Other(error.into()),
        }
    }
}

impl Failure {
    /// What an error of a replica means: no unit that writes can be in the way there.
    pub(crate) fn of_replica(error: sqlx::Error) -> Self {
        match sqlstate(&error).as_deref() {
            Some("40001" | "40P01") => Self::Busy {
                waited_for: "the replica, which cancelled the read (conflict with recovery)".into(),
                source: error.into(),
            },
            _ => error.into(),
        }
    }
}

/// Whether a prepared statement is not what it was: a table was altered, or the session was reset. Nothing was executed.
pub(crate) fn is_stale_statement(error: &sqlx::Error) -> bool {
    match sqlstate(error).as_deref() {
        Some("26000" | "42P05") => true,
        // Much is not supported; the message is in the language of the server.
        Some("0A000") => {
            server_error(error).and_then(PgDatabaseError::routine) == Some("RevalidateCachedQuery")
        }
        _ => false,
    }
}

/// Whether an error of `COMMIT` proves that the transaction was rolled back. When the server is being shut down, or a
/// connection breaks, or another program passes messages on, the last word may be missing.
pub(crate) fn proves_rollback(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|code| {
        // 25P03: the server had ended the session before. 40003: it does not know either.
        let proofs = ["23", "40", "53", "25P03"];
        proofs.iter().any(|proof| code.starts_with(proof)) && code != "40003"
    })
}

/// The code of an error that the server reported.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

fn server_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

/// What the server says beside its message.
fn detail(error: &sqlx::Error) -> Option<&str> {
    server_error(error)?.detail()
}

/// The columns in `Key (name, version)=(loans, 1.0.0) already exists.`, in whatever language that is.
fn key_columns(detail: &str) -> Option<&str> {
    let (_, key) = detail.split_once('(')?;
    key.split_once(")=(").map(|(columns, _)| columns)
}

#[cfg(test)]
mod codes;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod tests;
