//! The right to fill a store while nobody else does: a lock on its log.

use super::SqliteStore;
use super::busy::Patience;
use super::connection::beside;
use super::file::is_unsupported;
use crate::deadline::deadline_after;
use crate::unit::Access;
use std::fs::{File, TryLockError};
use std::io;
use std::time::Duration;
use wtb_ports::{StoreError, StoreResult};

/// The right to fill a store while nobody else does, until it is dropped.
#[derive(Debug)]
pub struct SqliteTurn {
    // Closing it ends the lock.
    _log: File,
    /// The log stays in its place for as long as somebody has the database open.
    _store: SqliteStore,
}

impl SqliteStore {
    /// Waits until nobody else fills the store, for this long at most; nothing if somebody still does then.
    ///
    /// SQLite locks the database file and its index, never the log, so units are not disturbed. The exception is Windows,
    /// where a lock keeps everybody from what it locks: there every turn begins at once.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be read in time, `Backend` with what the system said.
    pub async fn take_turn(&self, wait: Duration) -> StoreResult<Option<SqliteTurn>> {
        let failed = |error| StoreError::Backend { operation: "take a turn", source: Box::new(error) };
        self.shared.writing()?;
        // Whoever reads makes the log if it is absent.
        drop(self.shared.begin(Access::Read).await?);
        let log = File::open(beside(&self.shared.path, "-wal")).map_err(failed)?;
        self.shared.check()?;
        let mut patience = Patience::until(deadline_after(wait));
        while !cfg!(windows) {
            match locked(log.try_lock()) {
                Ok(true) => break,
                Ok(false) if patience.pause().await => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(Some(SqliteTurn { _log: log, _store: self.clone() }))
    }
}

/// Whether a lock was got, or there is none to get.
fn locked(answer: Result<(), TryLockError>) -> io::Result<bool> {
    match answer {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if is_unsupported(&error) => {
            tracing::warn!(%error, "the file system has no locks that keep another import or copy from filling the store too");
            Ok(true)
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_locks_lets_every_turn_begin() {
        assert!(locked(Err(TryLockError::Error(io::ErrorKind::Unsupported.into()))).expect("no failure"));
        assert!(!locked(Err(TryLockError::WouldBlock)).expect("no failure"));
        locked(Err(TryLockError::Error(io::ErrorKind::NotFound.into()))).expect_err("a failure");
    }

    #[cfg(unix)]
    #[test]
    fn file_systems_say_in_several_ways_that_they_have_no_locks() {
        use rustix::io::Errno;
        for code in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK] {
            assert!(locked(Err(TryLockError::Error(code.into()))).expect("no failure"), "{code}");
        }
        locked(Err(TryLockError::Error(Errno::IO.into()))).expect_err("a failure");
    }
}
