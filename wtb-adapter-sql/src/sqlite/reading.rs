//! Opens a database to read it, in the way that writes nothing and leaves nothing behind.
//!
//! | what is there | how it is read |
//! |---|---|
//! | a rollback-journal file, such as a backup | with SQLite's locks |
//! | a `-wal` and a readable `-shm` | with SQLite's locks, beside writers |
//! | a `-wal` without its `-shm` | without locks, with the index of the log in memory |
//! | no `-wal`, where this user may make one for the owner of the file | with SQLite's locks; the last to close removes it |
//! | no `-wal` otherwise | without locks, as a file that does not change |
//!
//! What is read without locks is trusted only while no file has changed since; see [`Opened::check`].

use super::connection::{beside, open_reader, open_unchanging, open_without_locks, open_writer};
use super::file::{Stopped, stopped};
use super::identity::{FileId, OpenFiles};
use super::rights::{is_owner, may_read, why_not_writable};
use super::sidecars::{self, JournalMode};
use crate::failure::Failure;
use rusqlite::{Connection, FileControl, MAIN_DB};
use std::fs::{self, Metadata};
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// An open connection, and how far what it reads can be trusted.
#[derive(Debug)]
pub(super) struct Opened {
    connection: Connection,
    /// What the files were like before, where they are read without locks.
    unlocked: Option<Unlocked>,
    /// The files that it has open, where it may remove the log as it closes.
    files: Option<Arc<OpenFiles>>,
}

#[derive(Debug)]
struct Unlocked {
    path: PathBuf,
    before: [Option<Stamp>; 2],
}

/// One that uses SQLite's locks.
impl From<Connection> for Opened {
    fn from(connection: Connection) -> Self {
        Self { connection, unlocked: None, files: None }
    }
}

/// The last connection to a database removes the log at the path as it closes; where the files were replaced, that is the
/// log of others.
impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(files) = &self.files
            && files.check().is_err()
            && let Err(error) = self.connection.file_control(MAIN_DB.into(), FileControl::PersistWal(&mut 1))
        {
            tracing::warn!(%error, "the log of another file may be removed");
        }
    }
}

impl Deref for Opened {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Opened {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// What changes when somebody writes to a file.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    id: Option<FileId>,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// What the database and its log are like.
fn stamps(path: &Path) -> [Option<Stamp>; 2] {
    [path.to_owned(), beside(path, "-wal")].map(|path| {
        let of = |file: Metadata| Stamp {
            id: FileId::at(&path).ok().flatten(),
            bytes: file.len(),
            modified: file.modified().ok(),
        };
        fs::metadata(&path).ok().map(of)
    })
}

impl Opened {
    /// Opens the database at `path` to read it, which is called `database` in errors.
    ///
    /// # Errors
    /// [`OpenError`] says what is in the way.
    pub(super) fn open(path: &Path, database: &str) -> Result<Self, Stopped> {
        Self::open_where(path, database, is_owner(path) && why_not_writable(path).is_none())
    }

    /// As [`open`](Self::open), but nothing is made beside the database, not even for as long as it is open.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn open_untouched(path: &Path, database: &str) -> Result<Self, Stopped> {
        Self::open_where(path, database, false)
    }

    fn open_where(path: &Path, database: &str, may_make_log: bool) -> Result<Self, Stopped> {
        let opening = sidecars::opening();
        let found = sidecars::examine(path, database)?;
        let before = stamps(path);
        let has_index = may_read(&beside(path, "-shm"));
        let (connection, is_unlocked) = match found.mode {
            JournalMode::Rollback => (open_reader(path), false),
            _ if found.has_log && has_index => (open_reader(path), false),
            _ if found.has_log => (open_without_locks(path), true),
            _ if may_make_log => return query_only_writer(path, database),
            _ => (open_unchanging(path), true),
        };
        drop(opening);
        if is_unlocked {
            tracing::info!(file = database, "reading without locks; a write to the file ends the reading");
        }
        let connection = connection.map_err(stopped(database, "open"))?;
        let unlocked = is_unlocked.then(|| Unlocked { path: path.to_owned(), before });
        Ok(Self { connection, unlocked, files: None })
    }

    /// The same connection, which removes a log as it closes only while these are the files at the paths.
    pub(super) fn removing(mut self, files: Option<Arc<OpenFiles>>) -> Self {
        self.files = files;
        self
    }

    /// Checks that what was read so far can be trusted.
    ///
    /// # Errors
    /// `Conflict` once somebody wrote to what is read without locks; a new connection may read it.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match &self.unlocked {
            Some(Unlocked { path, before }) if stamps(path) != *before => Err(Failure::Conflict(
                "another program wrote to the database while it was read without locks".into(),
            )),
            _ => Ok(()),
        }
    }
}

/// SQLite removes the files that it makes beside a database only through a connection that may write.
fn query_only_writer(path: &Path, database: &str) -> Result<Opened, Stopped> {
    let opened = || {
        let connection = open_writer(path, false)?;
        connection.pragma_update(None, "query_only", true)?;
        // Reading makes the log.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let connection = opened().map_err(stopped(database, "open"))?;
    let watched = || {
        let id = FileId::at(path)?.ok_or(io::ErrorKind::NotFound)?;
        let files = OpenFiles::new(path.to_owned(), id);
        files.watch_log(beside(path, "-wal")).map(|()| files)
    };
    // A log that is gone already was removed by others, who have the database open.
    Ok(Opened::from(connection).removing(watched().ok().map(Arc::new)))
}
