//! The size of the write-ahead log of a SQLite file, before, while and after somebody reads for a long time.

use crate::proof::Failure;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_millis(10);

/// The log of a file.
pub(super) struct Log(PathBuf);

impl Log {
    /// That of the database at `file`.
    pub(super) fn of(file: &Path) -> Self {
        let mut path = file.as_os_str().to_owned();
        path.push("-wal");
        Self(path.into())
    }

    /// Its size in bytes.
    ///
    /// # Errors
    /// `Unable` if there is none.
    pub(super) fn bytes(&self) -> Result<u64, Failure> {
        fs::metadata(&self.0).map(|log| log.len()).map_err(Failure::unable)
    }

    /// Watches it until `end`; answers the largest size it had.
    ///
    /// # Errors
    /// `Unable` if there is none.
    pub(super) async fn largest_until(&self, end: Instant) -> Result<u64, Failure> {
        let mut largest = self.bytes()?;
        while Instant::now() < end {
            sleep(PAUSE).await;
            largest = largest.max(self.bytes()?);
        }
        Ok(largest)
    }

    /// Watches it until `end`; answers the smallest size it had.
    ///
    /// # Errors
    /// `Unable` if there is none.
    pub(super) async fn smallest_until(&self, end: Instant) -> Result<u64, Failure> {
        let mut smallest = self.bytes()?;
        while Instant::now() < end {
            sleep(PAUSE).await;
            smallest = smallest.min(self.bytes()?);
        }
        Ok(smallest)
    }
}
