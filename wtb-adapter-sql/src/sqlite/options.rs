//! How a SQLite store is opened.

use crate::Migrate;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// Once it is on the disk: it survives a loss of power. Commits that wait together share one write.
    #[default]
    Full,
    /// Once the operating system has it: it survives the end of the process; a loss of power may take back the last
    /// commits, never a part of one.
    Normal,
}

/// How a SQLite store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// The file. It and its folders are made if they are absent.
    pub path: PathBuf,
    /// When a commit counts as done; [`Synchronous::Full`] unless said otherwise.
    pub synchronous: Synchronous,
    /// How many units may read at once; 8 unless said otherwise. Beside them one unit writes.
    pub max_readers: NonZeroU32,
    /// How long a unit waits for a connection or a lock; 5 seconds unless said otherwise.
    pub wait: Duration,
    /// What opening does about the schema; [`Migrate::Apply`] unless said otherwise.
    pub migrate: Migrate,
    /// Whether the store is only read: then nothing is written, made or left behind, and the file may be one that this user
    /// cannot write. `false` unless said otherwise.
    pub read_only: bool,
}

impl SqliteOptions {
    /// The usual way to open the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            synchronous: Synchronous::default(),
            max_readers: NonZeroU32::MIN.saturating_add(7),
            wait: Duration::from_secs(5),
            migrate: Migrate::default(),
            read_only: false,
        }
    }

    /// The same, with another answer to when a commit counts as done.
    #[must_use]
    pub fn synchronous(self, synchronous: Synchronous) -> Self {
        Self { synchronous, ..self }
    }

    /// The same, for this many units reading at once.
    #[must_use]
    pub fn max_readers(self, max_readers: NonZeroU32) -> Self {
        Self { max_readers, ..self }
    }

    /// The same, waiting this long for a connection or a lock.
    #[must_use]
    pub fn wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The same, doing this about the schema.
    #[must_use]
    pub fn migrate(self, migrate: Migrate) -> Self {
        Self { migrate, ..self }
    }

    /// The same, only to be read. The schema stays as it is.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }
}
