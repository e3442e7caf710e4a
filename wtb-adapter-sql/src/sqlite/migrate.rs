//! Upgrading the schema of a SQLite file, one process at a time.

use super::busy::{Patience, deadline_after, is_busy};
use super::connection::{open_reader, open_writer};
use crate::migrations::{self, Applied, Migration};
use crate::{Migrate, MigrationStatus, OpenError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, ffi, params};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wtb_ports::{Clock, SystemClock};

/// How long to wait for another process that upgrades the same file.
const PATIENCE: Duration = Duration::from_secs(30);

static MIGRATIONS: [Migration; 1] = [Migration {
    version: 1,
    name: "0001_initial",
    sql: include_str!("../../migrations/sqlite/0001_initial.sql"),
}];

const HISTORY: &str = "
-- Which steps of the schema were applied; the checksum is of the step's text.
CREATE TABLE schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

/// Why an attempt ended.
enum Stopped {
    /// Something is locked; try again.
    Busy,
    /// Trying again would not help.
    Refused(OpenError),
}

/// A file and how it is called in errors.
#[derive(Clone)]
struct File {
    path: PathBuf,
    database: String,
}

impl File {
    fn stopped(&self, operation: &'static str) -> impl Fn(rusqlite::Error) -> Stopped {
        let database = self.database.clone();
        move |error| {
            if is_busy(&error) {
                return Stopped::Busy;
            }
            let code = error.sqlite_error().map_or(0, |code| code.extended_code & 0xff);
            let database = database.clone();
            Stopped::Refused(match code {
                ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT => {
                    OpenError::NotADatabase { database, source: error.into() }
                }
                _ => OpenError::Backend { database, operation, source: error.into() },
            })
        }
    }
}

/// Opens the file for writing with the schema that this program knows.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn ready(path: &Path, migrate: Migrate) -> Result<Connection, OpenError> {
    let path = path.to_owned();
    patiently(&path, move |file| {
        match migrate {
            Migrate::Apply => make_folder(file)?,
            Migrate::Verify if file.path.exists() => {}
            Migrate::Verify => return Err(Stopped::Refused(lacking(file, &MIGRATIONS))),
        }
        let stopped = file.stopped("open");
        let mut connection = open_writer(&file.path, migrate == Migrate::Apply).map_err(&stopped)?;
        let applied = applied(file, &connection)?;
        let pending = migrations::pending(&file.database, &MIGRATIONS, &applied).map_err(Stopped::Refused)?;
        match migrate {
            Migrate::Verify if !pending.is_empty() => return Err(Stopped::Refused(lacking(file, pending))),
            Migrate::Apply if !pending.is_empty() => apply(file, &mut connection)?,
            _ => {}
        }
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .map_err(&stopped)?;
        if mode != "wal" {
            let source = format!("its journal mode stays {mode}").into();
            let operation = "use a write-ahead log for";
            return Err(Stopped::Refused(OpenError::Backend {
                database: file.database.clone(),
                operation,
                source,
            }));
        }
        Ok(connection)
    })
    .await
}

/// Which steps the file has and lacks. An absent file lacks all of them, and stays absent.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn status(path: &Path) -> Result<MigrationStatus, OpenError> {
    patiently(path, |file| {
        if !file.path.exists() {
            return migrations::status(&file.database, &MIGRATIONS, &[]).map_err(Stopped::Refused);
        }
        let connection = open_reader(&file.path).map_err(file.stopped("open"))?;
        let applied = applied(file, &connection)?;
        migrations::status(&file.database, &MIGRATIONS, &applied).map_err(Stopped::Refused)
    })
    .await
}

/// Makes attempts on a thread that may block until one is not stopped by a lock.
async fn patiently<T: Send + 'static>(
    path: &Path,
    attempt: impl Fn(&File) -> Result<T, Stopped> + Clone + Send + 'static,
) -> Result<T, OpenError> {
    let file = File { path: path.to_owned(), database: path.display().to_string() };
    if file.path.is_dir() {
        return Err(OpenError::NotAFile { database: file.database });
    }
    let mut patience = Patience::until(deadline_after(PATIENCE));
    loop {
        let (attempt, of) = (attempt.clone(), file.clone());
        match tokio::task::spawn_blocking(move || attempt(&of)).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(Stopped::Refused(refusal))) => return Err(refusal),
            Ok(Err(Stopped::Busy)) if patience.pause().await => {}
            Ok(Err(Stopped::Busy)) => {
                return Err(OpenError::Busy { database: file.database, waited: PATIENCE });
            }
            Err(error) => {
                let (database, source) = (file.database, error.into());
                return Err(OpenError::Backend { database, operation: "open", source });
            }
        }
    }
}

fn make_folder(file: &File) -> Result<(), Stopped> {
    let Some(folder) = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder)
        .map_err(|source| Stopped::Refused(OpenError::Folder { database: file.database.clone(), source }))
}

fn lacking(file: &File, steps: &[Migration]) -> OpenError {
    let names = steps.iter().map(|step| step.name).collect();
    OpenError::Pending { database: file.database.clone(), names }
}

/// The steps that were applied to the file; none if it is empty.
fn applied(file: &File, connection: &Connection) -> Result<Vec<Applied>, Stopped> {
    let stopped = file.stopped("read the schema of");
    let table = |name: &str| {
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND (?1 = '' OR name = ?1) LIMIT 1";
        let found = connection.query_row(sql, [name], |_| Ok(())).optional();
        found.map(|row| row.is_some()).map_err(&stopped)
    };
    if !table("schema_migrations")? {
        let database = || file.database.clone();
        return if table("wtb_workflows")? {
            Err(Stopped::Refused(OpenError::PythonDatabase { database: database() }))
        } else if table("")? {
            Err(Stopped::Refused(OpenError::OtherDatabase { database: database() }))
        } else {
            Ok(Vec::new())
        };
    }
    let sql = "SELECT version, name, checksum FROM schema_migrations ORDER BY version";
    let mut statement = connection.prepare(sql).map_err(&stopped)?;
    let rows = statement
        .query_map([], |row| Ok(Applied { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? }));
    rows.and_then(Iterator::collect).map_err(&stopped)
}

/// Applies what is missing, all or nothing, while every other process has to wait.
fn apply(file: &File, connection: &mut Connection) -> Result<(), Stopped> {
    let stopped = file.stopped("upgrade the schema of");
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(&stopped)?;
    // Another process may have been faster.
    let applied = applied(file, &transaction)?;
    if applied.is_empty() {
        transaction.execute_batch(HISTORY).map_err(&stopped)?;
    }
    let pending = migrations::pending(&file.database, &MIGRATIONS, &applied).map_err(Stopped::Refused)?;
    for step in pending {
        transaction.execute_batch(step.sql).map_err(|error| {
            let (database, source) = (file.database.clone(), error.into());
            Stopped::Refused(OpenError::Migration { database, name: step.name, source })
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
    Ok(())
}

/// A database in memory with the schema that all steps lead to.
#[cfg(test)]
#[expect(clippy::expect_used, reason = "for tests only")]
pub(crate) fn newest_schema() -> Connection {
    let connection = Connection::open_in_memory().expect("a database in memory");
    for step in &MIGRATIONS {
        connection.execute_batch(step.sql).expect(step.name);
    }
    connection
}
