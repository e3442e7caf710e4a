//! The right to fill a store while nobody else does: a lock on its log.

use super::SqliteStore;
use super::busy::Patience;
use super::connection::log_path;
use crate::deadline::deadline_after;
use crate::unit::Access;
use std::fs::{File, TryLockError};
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
        // Whoever reads makes the log if it is absent.
        drop(self.shared.begin(Access::Read).await?);
        let log = File::open(log_path(&self.shared.path)).map_err(failed)?;
        let mut patience = Patience::until(deadline_after(wait));
        while !cfg!(windows) {
            match log.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if patience.pause().await => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Ok(Some(SqliteTurn { _log: log, _store: self.clone() }))
    }
}
