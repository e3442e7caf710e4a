//! Upgrading the schema of a SQLite file, one process at a time.

use super::connection::open_writer;
use super::file::{File, Stopped, patiently};
use super::identity::FileId;
use super::reading::Opened;
use super::rights::why_not_writable;
use super::sidecars;
use crate::migrations::{self, Applied, Migrated, Migration, Steps};
use crate::tables::TABLES;
use crate::{Migrate, MigrationStatus, OpenError};
use rusqlite::{Connection, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use wtb_ports::{Clock, SystemClock};

/// The steps that lead to the schema that this program knows.
pub(super) static STEPS: [Migration; 4] = [
    Migration {
        version: 1,
        name: "0001_initial",
        sql: include_str!("../../migrations/sqlite/0001_initial.sql"),
    },
    Migration {
        version: 2,
        name: "0002_kept_units",
        sql: include_str!("../../migrations/sqlite/0002_kept_units.sql"),
    },
    Migration {
        version: 3,
        name: "0003_room_for_updates",
        sql: include_str!("../../migrations/sqlite/0003_room_for_updates.sql"),
    },
    Migration {
        version: 4,
        name: "0004_settled_log",
        sql: include_str!("../../migrations/sqlite/0004_settled_log.sql"),
    },
];

const HISTORY: &str = "
-- Which steps of the schema were applied; the checksum is of the step's text.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

/// A file that is open, with the schema that this program knows.
pub(super) enum Ready {
    /// To be written.
    ToWrite {
        connection: Connection,
        /// Which file is open.
        id: FileId,
    },
    /// Only to be read.
    ToRead {
        connection: Opened,
        /// Which file is open.
        id: FileId,
        /// Why it cannot be written; `None` if it need not be.
        reason: Option<String>,
    },
}

/// Opens the file for writing with the schema that these steps lead to, and tells what had to be done for that. A file that
/// this user cannot write is opened for reading.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn ready(
    path: &Path,
    migrate: Migrate,
    steps: Steps,
) -> Result<(Ready, Migrated), OpenError> {
    // A lock may stop an attempt that has applied steps, and the next one finds them applied.
    let own = Arc::new(OnceLock::new());
    let attempted = patiently(path, move |file| {
        match migrate {
            Migrate::Apply => file.make_folder()?,
            Migrate::Verify if file.path.exists() => {}
            Migrate::Verify => return Err(lacking(file, migrations::names(steps)).into()),
        }
        if let Some(reason) = why_not_writable(&file.path) {
            return Ok(Err(reason));
        }
        let stopped = file.stopped("open");
        let (mut connection, id) = opened(file, || {
            let _opening = sidecars::opening();
            sidecars::examine(&file.path, &file.database)?;
            open_writer(&file.path, migrate == Migrate::Apply).map_err(&stopped)
        })?;
        let applied = applied(file, &connection, steps)?;
        let MigrationStatus { applied, pending } = migrations::status(&file.database, steps, &applied)?;
        let migrated = match migrate {
            _ if pending.is_empty() => Migrated { before: applied, now: pending },
            Migrate::Verify => return Err(lacking(file, pending).into()),
            Migrate::Apply => apply(file, &mut connection, steps)?,
        };
        if !migrated.now.is_empty() {
            own.get_or_init(|| migrated.clone());
        }
        let mode =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode.map_err(&stopped)?.as_str() {
            "wal" => Ok(Ok((Ready::ToWrite { connection, id }, own.get().cloned().unwrap_or(migrated)))),
            mode => {
                Err(file.failed("use a write-ahead log for", format!("its journal mode stays {mode}")).into())
            }
        }
    })
    .await?;
    match attempted {
        Ok(ready) => Ok(ready),
        Err(reason) => ready_to_read(path, Some(reason), steps).await,
    }
}

/// Opens the file only for reading, where nothing else is wanted or possible for this `reason`.
///
/// # Errors
/// [`OpenError`] says what is in the way; [`OpenError::NotWritable`] if the schema lacks something for that reason.
pub(super) async fn ready_to_read(
    path: &Path,
    reason: Option<String>,
    steps: Steps,
) -> Result<(Ready, Migrated), OpenError> {
    patiently(path, move |file| {
        let refused = |names: Vec<&'static str>| match &reason {
            Some(reason) => OpenError::NotWritable {
                database: file.database.clone(),
                reason: format!("{reason}; its schema lacks {}", names.join(", ")),
            },
            None => lacking(file, names),
        };
        if matches!(file.path.try_exists(), Ok(false)) {
            return Err(refused(migrations::names(steps)).into());
        }
        let (connection, id) = opened(file, || Opened::open(&file.path, &file.database))?;
        let applied = applied(file, &connection, steps)?;
        connection.check().map_err(|_| Stopped::Busy)?;
        let MigrationStatus { applied, pending } = migrations::status(&file.database, steps, &applied)?;
        if !pending.is_empty() {
            return Err(refused(pending).into());
        }
        if let Some(reason) = &reason {
            tracing::warn!(file = file.database, reason, "the store can only be read");
        }
        let ready = Ready::ToRead { connection, id, reason: reason.clone() };
        Ok((ready, Migrated { before: applied, now: Vec::new() }))
    })
    .await
}

/// Opens a file, and says which one it is.
fn opened<T>(file: &File, open: impl FnOnce() -> Result<T, Stopped>) -> Result<(T, FileId), Stopped> {
    let id = || FileId::at(&file.path).map_err(|error| file.failed("examine", error));
    let before = id()?;
    let opened = open()?;
    match id()? {
        Some(after) if before.is_none_or(|before| before == after) => Ok((opened, after)),
        // Another file was put there meanwhile.
        _ => Err(Stopped::Busy),
    }
}

/// Which steps the file has and lacks. An absent file lacks all of them, and stays absent.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn status(path: &Path, steps: Steps) -> Result<MigrationStatus, OpenError> {
    patiently(path, move |file| {
        let applied = if matches!(file.path.try_exists(), Ok(false)) {
            Vec::new()
        } else {
            let connection = Opened::open(&file.path, &file.database)?;
            let applied = applied(file, &connection, steps)?;
            connection.check().map_err(|_| Stopped::Busy)?;
            applied
        };
        Ok(migrations::status(&file.database, steps, &applied)?)
    })
    .await
}

fn lacking(file: &File, names: Vec<&'static str>) -> OpenError {
    OpenError::Pending { database: file.database.clone(), names }
}

/// The steps that were applied to the file; none if it is empty.
fn applied(file: &File, connection: &Connection, steps: Steps) -> Result<Vec<Applied>, Stopped> {
    let stopped = file.stopped("read the schema of");
    let found = |sql| connection.query_row(sql, [], |row| row.get::<_, bool>(0)).map_err(&stopped);
    let has = |name: &str| {
        let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE name = ?1";
        connection.query_row(sql, [name], |row| row.get(0)).is_ok_and(|found: bool| found)
    };
    // Others call a table of theirs the same, but its columns differ.
    let history = "SELECT count(*) = 3 FROM pragma_table_info('schema_migrations')
        WHERE name IN ('version', 'name', 'checksum')";
    if found(history)? {
        let sql = "SELECT version, name, checksum FROM schema_migrations ORDER BY version";
        let mut statement = connection.prepare(sql).map_err(&stopped)?;
        let rows = statement.query_map([], |row| {
            Ok(Applied { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? })
        });
        let applied: Vec<_> = rows.and_then(Iterator::collect).map_err(&stopped)?;
        migrations::refuse_half_applied(&file.database, steps, &applied, has)?;
        return Ok(applied);
    }
    let database = file.database.clone();
    if found("SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = 'wtb_workflows'")? {
        Err(OpenError::PythonDatabase { database }.into())
    } else if TABLES.iter().all(|(_, table)| has(table)) {
        migrations::refuse_half_applied(&file.database, steps, &[], has)?;
        Ok(Vec::new())
    } else if found("SELECT count(*) > 0 FROM sqlite_schema")? {
        Err(OpenError::OtherDatabase { database, advice: "name another one" }.into())
    } else {
        Ok(Vec::new())
    }
}

/// Applies what is missing, all or nothing, while every other process has to wait.
fn apply(file: &File, connection: &mut Connection, steps: Steps) -> Result<Migrated, Stopped> {
    let stopped = file.stopped("upgrade the schema of");
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(&stopped)?;
    // Another process may have been faster.
    let applied = applied(file, &transaction, steps)?;
    let pending = migrations::pending(&file.database, steps, &applied)?;
    transaction.execute_batch(HISTORY).map_err(&stopped)?;
    for step in pending {
        transaction.execute_batch(step.sql).map_err(|error| {
            let (database, source) = (file.database.clone(), error.into());
            OpenError::Migration { database, name: step.name, source }
        })?;
        let at = SystemClock.now().as_micros();
        let sql =
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)";
        transaction.execute(sql, params![step.version, step.name, step.checksum(), at]).map_err(&stopped)?;
    }
    transaction.commit().map_err(&stopped)?;
    for step in pending {
        tracing::info!(step = step.name, "upgraded the schema");
    }
    let before = &steps[..steps.len() - pending.len()];
    Ok(Migrated { before: migrations::names(before), now: migrations::names(pending) })
}

/// A database in memory with the schema of a new store.
pub(super) fn new_schema() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(HISTORY)?;
    STEPS.iter().try_for_each(|step| connection.execute_batch(step.sql))?;
    Ok(connection)
}

/// The same for tests.
#[cfg(test)]
pub(crate) fn newest_schema() -> Connection {
    new_schema().expect("the steps lead to a schema")
}

#[cfg(test)]
mod tests;
