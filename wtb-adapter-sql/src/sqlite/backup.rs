//! Copies a store into a new file while others go on writing.
//!
//! The copy is made, written to the disk and examined under another name, and gets its own at the very end: a file of
//! that name is always whole.

use super::SqliteStore;
use super::connection::{beside, open_writer, uri_of};
use super::diagnose::{counts, problems};
use super::file::FIND;
use super::partial::{Partial, copy_permissions};
use super::shared::Shared;
use crate::BackupError;
use crate::failure::Failure;
use rusqlite::Connection;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wtb_domain::EntityKind;
use wtb_ports::StoreError;

/// How many steps SQLite goes between two looks at whether anybody still waits: less than a millisecond of them.
const STEPS: i32 = 10_000;
/// What SQLite keeps beside a file, and takes for its own whoever left it there.
const LOGS: [&str; 2] = ["-wal", "-journal"];

/// A copy of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The size of its file.
    pub bytes: u64,
    /// How many of each entity it holds.
    pub counts: Vec<(EntityKind, u64)>,
}

impl SqliteStore {
    /// Copies everything that is committed into a new file, which is a store by itself, and examines it.
    ///
    /// Dropping the future stops the copying; there is no file then, as after an error.
    ///
    /// # Errors
    /// [`BackupError`] says what is in the way.
    pub async fn backup(&self, to: &Path) -> Result<Backup, BackupError> {
        let given_up = GivenUp::default();
        let work = Work {
            shared: Arc::clone(&self.shared),
            destination: Destination::new(to)?,
            given_up: Arc::clone(&given_up.0),
        };
        let done = tokio::task::spawn_blocking(move || work.run()).await;
        done.map_err(|error| StoreError::Backend { operation: "back up", source: error.into() })?
    }
}

/// Tells the thread that works when nobody waits for it any more.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a thread needs to make a copy.
struct Work {
    shared: Arc<Shared>,
    destination: Destination,
    given_up: Arc<AtomicBool>,
}

impl Work {
    fn run(self) -> Result<Backup, BackupError> {
        let Self { destination, .. } = &self;
        let failed = |error| Failure::from(error).during("back up");
        destination.refuse_if_taken()?;
        let partial = Partial::beside(&destination.path).map_err(destination.cannot("make"))?;
        let copy = partial.copy();
        self.shared.check()?;
        self.copy_to(&copy).map_err(|failure| failure.during("back up"))?;
        self.shared.check()?;
        let connection = self.open_copy(&copy).map_err(failed)?;
        let problems = problems(&connection).map_err(failed)?;
        if !problems.is_empty() {
            return Err(BackupError::Damaged { file: destination.file.clone(), problems });
        }
        let counts = counts(&connection).map_err(failed)?;
        // Some systems do not rename what is open.
        drop(connection);
        let file =
            File::options().write(true).open(&copy).map_err(destination.cannot("write to the disk"))?;
        // As readable as the store is; only its owner may read it before.
        copy_permissions(&self.shared.path, &copy).map_err(destination.cannot("set the permissions of"))?;
        file.sync_all().map_err(destination.cannot("write to the disk"))?;
        let bytes = file.metadata().map_err(destination.cannot("examine"))?.len();
        drop(file);
        if self.given_up.load(Ordering::Relaxed) {
            return Err(StoreError::Aborted.into());
        }
        destination.keep(partial)?;
        Ok(Backup { bytes, counts })
    }

    /// Fills an empty file with a copy of the store at one moment, without free pages.
    fn copy_to(&self, copy: &Path) -> Result<(), Failure> {
        let mut connection = self.shared.open_to_read()?;
        // Only the copy is written.
        connection.pragma_update(None, "query_only", false)?;
        connection.busy_timeout(self.shared.options.wait)?;
        self.heed(&mut connection)?;
        connection.execute("VACUUM INTO ?1", [uri_of(copy)])?;
        connection.check()
    }

    /// Opens the finished copy to examine it.
    fn open_copy(&self, copy: &Path) -> rusqlite::Result<Connection> {
        // A connection that SQLite opens to read only does not check the rules of rows.
        let mut connection = open_writer(copy, false)?;
        connection.pragma_update(None, "query_only", true)?;
        self.heed(&mut connection)?;
        Ok(connection)
    }

    /// Interrupts whatever the connection does once nobody waits for it.
    fn heed(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let given_up = Arc::clone(&self.given_up);
        connection.progress_handler(STEPS, Some(move || given_up.load(Ordering::Relaxed)))
    }
}

/// The file that is to be made.
struct Destination {
    /// Its path as it was given.
    file: String,
    path: PathBuf,
}

impl Destination {
    fn new(path: &Path) -> Result<Self, BackupError> {
        let file = path.display().to_string();
        let absolute = std::path::absolute(path);
        let path =
            absolute.map_err(|source| BackupError::File { file: file.clone(), operation: FIND, source })?;
        Ok(Self { file, path })
    }

    /// The error of an `operation` that the system answered.
    fn cannot(&self, operation: &'static str) -> impl Fn(io::Error) -> BackupError {
        move |source| BackupError::File { file: self.file.clone(), operation, source }
    }

    fn refuse_if_taken(&self) -> Result<(), BackupError> {
        let file = || self.file.clone();
        if self.path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists { file: file() });
        }
        for suffix in LOGS {
            if beside(&self.path, suffix).exists() {
                return Err(BackupError::StaleLog { file: file(), log: file() + suffix });
            }
        }
        Ok(())
    }

    /// Gives the finished file its name, which nothing may have got meanwhile.
    fn keep(&self, partial: Partial) -> Result<(), BackupError> {
        partial.keep(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { file: self.file.clone() },
            _ => self.cannot("rename the finished copy to")(error),
        })
    }
}
