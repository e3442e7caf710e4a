//! What databases answer instead of a result, and what that means: one table per database.

use crate::constraints::{ForeignKey, UniqueIndex};
use crate::process::Misuse;
use crate::record::Record;
use crate::statement::InTheWay;
use crate::tables::TABLES;
use rusqlite::ffi;
use sqlx::postgres::PgDatabaseError;
use std::borrow::Cow;
use wtb_ports::{BoxError, StoreError};

/// Why a statement failed, whatever the database.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The values of a unique index are taken.
    Taken { index: &'static UniqueIndex, source: BoxError },
    /// A foreign key points to nothing, or would; which one, where the database names it.
    Reference { key: Option<&'static ForeignKey>, source: BoxError },
    /// The database chose another transaction over this one.
    Conflict(BoxError),
    /// Something is locked that the statement needs.
    Busy { waited_for: Cow<'static, str>, source: BoxError },
    /// The disk is full.
    Full(BoxError),
    /// The role that connects lacks a right; what the server said about it.
    Denied { message: String, source: BoxError },
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
            Self::Taken { index, .. } if index.entity == entity => {
                StoreError::AlreadyExists { entity, field: index.field }
            }
            Self::Reference { key, source } => match (deed, key) {
                (Deed::Deleted, None) => StoreError::StillReferenced { entity },
                (Deed::Deleted, Some(key)) => StoreError::StillReferenced { entity: key.refers_to },
                (Deed::Wrote, key) => match key.or_else(|| ForeignKey::of(entity)) {
                    Some(key) => {
                        StoreError::MissingReference { entity: key.entity, refers_to: key.refers_to }
                    }
                    None => StoreError::Backend { operation, source },
                },
                _ => StoreError::Backend { operation, source },
            },
            Self::Corrupt { key, column, source } => StoreError::Corrupt { entity, key, column, source },
            other if deed == Deed::Read => other.during(operation),
            other => other.during_write(operation),
        }
    }

    /// The same where the unit does not see what is `in_the_way`: another unit stored it since this one began.
    pub(crate) fn unless_seen(self, in_the_way: InTheWay) -> Self {
        match (self, in_the_way) {
            (Self::Taken { source, .. }, InTheWay::SameKey)
            | (Self::Reference { source, .. }, InTheWay::Child) => Self::Conflict(source),
            (other, _) => other,
        }
    }

    /// A statement stored, changed or deleted fewer rows of the table of `R` than it was given.
    pub(crate) fn left_out<R: Record>(done: u64, given: usize) -> Self {
        let table = R::TABLE;
        Self::Other(
            format!(
                "the database accepted {done} of {given} rows of {table} without an error: look for a trigger, rule or \
                 policy on that table that leaves rows out"
            )
            .into(),
        )
    }

    /// The error of a statement that writes, on no table in particular.
    pub(crate) fn during_write(self, operation: &'static str) -> StoreError {
        match self {
            Self::Denied { message, .. } => StoreError::NotWritable {
                reason: format!("{message} ({operation}); connect as a role that has the right, or grant it")
                    .into(),
            },
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
            | Self::Reference { source, .. }
            | Self::Corrupt { source, .. }
            | Self::Denied { source, .. }
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
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                match taken_index(message.as_deref().unwrap_or_default()) {
                    Some(index) => Self::Taken { index, source: error.into() },
                    None => Self::Other(error.into()),
                }
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Reference { key: None, source: error.into() },
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

/// The index that SQLite means by `UNIQUE constraint failed: workflows.name, workflows.version`.
fn taken_index(message: &str) -> Option<&'static UniqueIndex> {
    let (_, list) = message.rsplit_once(": ")?;
    let (table, _) = list.split_once('.')?;
    let (entity, _) = TABLES.iter().find(|(_, name)| *name == table)?;
    let columns = list.split(", ").map(|column| column.rsplit_once('.').map_or(column, |(_, name)| name));
    UniqueIndex::on(*entity, &columns.collect::<Vec<_>>().join(", "))
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
            "23505" => match constraint(&error).and_then(UniqueIndex::named) {
                Some(index) => Self::Taken { index, source: error.into() },
                None => Self::Other(error.into()),
            },
            "23503" => match constraint(&error).and_then(ForeignKey::named) {
                Some(key) => Self::Reference { key: Some(key), source: error.into() },
                None => Self::Other(error.into()),
            },
            "40001" | "40P01" => Self::Conflict(error.into()),
            _ if is_stale_statement(&error) => Self::Conflict(error.into()),
            "55P03" => busy("a lock that another unit holds", error),
            "57014" => busy("a statement to end", error),
            "25P03" => busy("the next call of a unit, which the server rolled back meanwhile", error),
            "25006" => busy("a server that can be written to", error),
            "53300" => busy("one of the server's connections", error),
            "53100" => Self::Full(error.into()),
            "42501" => Self::Denied { message: message(&error), source: error.into() },
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

/// What the server said.
fn message(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(String::new, |error| error.message().to_owned())
}

fn server_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

/// The constraint or index that a statement violated.
fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

#[cfg(test)]
mod codes;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod tests;
