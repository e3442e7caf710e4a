//! Opening connections and what each is told first.

use super::file::keep_names_in;
use super::identity::OpenFiles;
use super::sync::WriteOut;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};
use std::fmt::Write;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use wtb_ports::BoxError;

/// The size in bytes down to which SQLite cuts a log that it starts over.
const KEPT_BYTES: u32 = 16 * 1024 * 1024;

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

/// Leaves out the schema's check of documents, which is there for other programs: the store checked what it writes, and
/// SQLite would have three more copies of a document in memory.
pub(super) fn trust_documents(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("json_valid", 1, flags, |_| Ok(true))
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

/// Opens a file to read that does not change while it is open: nothing is locked, and nothing made beside it.
pub(super) fn open_unchanging(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = uri_of(path);
    uri.push_str("?immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    open(Path::new(&uri), flags)
}

/// Opens a file and its log to read, with the index of the log in memory; nothing is locked, and nothing made.
pub(super) fn open_without_locks(path: &Path) -> rusqlite::Result<Connection> {
    if !cfg!(unix) {
        return open_reader(path);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = prepared(Connection::open_with_flags_and_vfs(path, flags, c"unix-none")?)?;
    connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// The name of a file as SQLite takes it where it takes a URI, whatever bytes it is of.
pub(super) fn uri_of(path: &Path) -> String {
    let path = if cfg!(windows) {
        format!("/{}", path.to_string_lossy().replace('\\', "/")).into()
    } else {
        path.as_os_str().to_owned()
    };
    let mut uri = "file://".to_owned();
    for byte in path.as_encoded_bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-_.:".contains(byte);
        // Writing into text does not fail.
        let _ = if is_plain { write!(uri, "{}", char::from(*byte)) } else { write!(uri, "%{byte:02X}") };
    }
    uri
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    prepared(Connection::open_with_flags(path, flags)?)
}

fn prepared(connection: Connection) -> rusqlite::Result<Connection> {
    // Waiting is done between attempts, where it blocks no thread.
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// What SQLite keeps beside a database: its name, and `-wal`, `-shm` or `-journal`.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// How to write the log of `connection` to the disk, whose database is at `path` without symbolic links; `files` checks
/// from now on that it is still there.
///
/// SQLite locks the database file and its index, never the log, so another handle of the log does not disturb it.
pub(super) fn log_of(
    connection: &Connection,
    path: &Path,
    files: &Arc<OpenFiles>,
) -> Result<WriteOut, BoxError> {
    // Reading makes the log if it is absent.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let path = beside(path, "-wal");
    let log = File::options().read(true).write(true).open(&path)?;
    path.parent().map_or(Ok(()), keep_names_in)?;
    // What a process committed that was killed is read from now on, whether it came to write it to the disk or not.
    log.sync_data()?;
    files.watch_log(path)?;
    let files = Arc::clone(files);
    Ok(Arc::new(move || {
        log.sync_data()?;
        // What was written is only acknowledged when it can be found.
        files.check().map_err(io::Error::other)
    }))
}
