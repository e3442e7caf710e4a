//! Opening connections and what each is told first.

use super::checkpoint::KEPT_BYTES;
use super::file::keep_names_in;
use super::sync::WriteOut;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use wtb_ports::BoxError;

/// Room for every statement of the store.
const STATEMENTS: usize = 128;

/// Opens the file to write, and makes it if that is wanted.
pub(super) fn open_writer(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let connection = open(path, flags)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The log is written to the disk before it is copied; whether also after each commit is up to `sync.rs`.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", KEPT_BYTES)?;
    Ok(connection)
}

/// Opens the file to read.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Puts the number of pages in the log into `gauge` after every commit.
pub(super) fn watch_log(connection: &mut Connection, gauge: Arc<AtomicU32>) -> rusqlite::Result<()> {
    connection.wal_hook(Some(move |_: &mut _, pages: i32| {
        gauge.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }))
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    // Waiting is done between attempts, where it blocks no thread.
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Where the log of a database is, whose path is the library's own.
pub(super) fn log_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

/// How to write the log of `connection` to the disk.
///
/// SQLite locks the database file and its index, never the log, so another handle of the log does not disturb it.
pub(super) fn log_of(connection: &Connection) -> Result<WriteOut, BoxError> {
    // Reading makes the log if it is absent.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let path = log_path(Path::new(connection.path().unwrap_or_default()));
    let log = File::options().read(true).write(true).open(&path)?;
    path.parent().map_or(Ok(()), keep_names_in)?;
    // What a process committed that was killed is read from now on, whether it came to write it to the disk or not.
    log.sync_data()?;
    Ok(Arc::new(move || log.sync_data()))
}
