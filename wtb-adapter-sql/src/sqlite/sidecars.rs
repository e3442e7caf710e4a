//! The files that SQLite keeps beside a database, looked at before SQLite opens any of them.
//!
//! SQLite takes a `-wal` or `-journal` for its own, whoever left it there, and copies its pages into the database. A file
//! whose header names the other journal mode cannot have written it.

use super::connection::beside;
use crate::OpenError;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A `-journal` of at most this many bytes can belong to a file in write-ahead mode: the one page that says so, of the
/// largest size that there is, and what SQLite writes around it.
const SWITCH_JOURNAL: u64 = 65_536 + 8_192;
/// A `-wal` with fewer bytes has no header, so SQLite reads nothing of it.
const WAL_HEADER: u64 = 32;

/// How a database file says that it protects its writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JournalMode {
    /// With a `-journal`, from which SQLite takes back what was not committed: so does every backup.
    Rollback,
    /// With a `-wal`, the write-ahead log.
    WriteAhead,
    /// It cannot be told without disturbing this process's own locks on the file.
    Unknown,
}

/// What is beside a database file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sidecars {
    pub(super) mode: JournalMode,
    /// Whether there is a `-wal`, be it empty.
    pub(super) has_log: bool,
}

/// Held while this process opens a database file: see [`is_open_here`].
static OPENING: Mutex<()> = Mutex::new(());

/// Keeps other threads from examining a file until the guard is dropped.
pub(super) fn opening() -> MutexGuard<'static, ()> {
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Examines what is beside the file at `path`; to be called, and the file to be opened, while [`opening`] is held.
///
/// # Errors
/// [`OpenError::StaleLog`] if a file beside it is not its own, [`OpenError::NotReadable`] if it may not be read.
pub(super) fn examine(path: &Path, database: &str) -> Result<Sidecars, OpenError> {
    // First the log, then the header: another process may be switching the file to write-ahead mode.
    let bytes_of = |suffix| fs::metadata(beside(path, suffix)).map(|file| file.len()).ok();
    let log = bytes_of("-wal");
    let journal = bytes_of("-journal").filter(|_| is_hot(&beside(path, "-journal")));
    let stale = |suffix| {
        Err(OpenError::StaleLog { database: database.to_owned(), log: format!("{database}{suffix}") })
    };
    let has_frames = |log: Option<u64>| log.is_some_and(|bytes| bytes >= WAL_HEADER);
    let mode = match mode_of(path) {
        Ok(mode) => mode,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // SQLite would delete a log without a database.
            return if has_frames(log) { stale("-wal") } else { Ok(Sidecars::none()) };
        }
        Err(source) => {
            let reason = format!("it may not be read: {source}");
            return Err(OpenError::NotReadable { database: database.to_owned(), reason });
        }
    };
    match mode {
        Some(JournalMode::Rollback) if has_frames(log) && has_frames(bytes_of("-wal")) => stale("-wal"),
        Some(JournalMode::WriteAhead) if journal.is_some_and(|bytes| bytes > SWITCH_JOURNAL) => {
            stale("-journal")
        }
        mode => Ok(Sidecars { mode: mode.unwrap_or(JournalMode::Unknown), has_log: log.is_some() }),
    }
}

impl Sidecars {
    fn none() -> Self {
        Self { mode: JournalMode::Unknown, has_log: false }
    }
}

/// What the header of a file says; `None` if the file is empty, or open in this process already.
fn mode_of(path: &Path) -> io::Result<Option<JournalMode>> {
    if is_open_here(path)? {
        return Ok(None);
    }
    let mut header = Vec::with_capacity(20);
    File::open(path)?.take(20).read_to_end(&mut header)?;
    Ok(match header.get(18..20) {
        Some([1, 1]) => Some(JournalMode::Rollback),
        Some([2, 2]) => Some(JournalMode::WriteAhead),
        _ => None,
    })
}

/// Whether SQLite would roll this journal back: it zeroes the start of one that it keeps.
fn is_hot(journal: &Path) -> bool {
    let mut first = [0];
    File::open(journal).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first != [0]
}

/// Whether this process has the file open. A process that closes any handle of a file loses all the locks that it has on
/// that file, those of SQLite too. Where this cannot be told, the file counts as open.
#[cfg(unix)]
fn is_open_here(path: &Path) -> io::Result<bool> {
    use super::identity::FileId;
    let Some(id) = FileId::at(path)? else { return Err(io::ErrorKind::NotFound.into()) };
    let Ok(handles) = fs::read_dir("/dev/fd") else { return Ok(true) };
    Ok(handles.flatten().any(|handle| matches!(FileId::at(&handle.path()), Ok(Some(open)) if open == id)))
}

/// Locks belong to handles.
#[cfg(not(unix))]
fn is_open_here(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
