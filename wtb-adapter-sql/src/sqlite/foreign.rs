//! A SQLite database of another program, which is read and nothing else.

use super::file::patiently;
use super::reading::Opened;
use crate::OpenError;
use rusqlite::Connection;
use std::ops::Deref;
use std::path::Path;
use wtb_ports::StoreResult;

/// A SQLite database of another program, open to be read: nothing is written to it or made beside it.
#[derive(Debug)]
pub struct ForeignDatabase(Opened);

impl ForeignDatabase {
    /// Opens the file at `path`. That it is a database shows when it is read.
    ///
    /// Needs a tokio runtime with its time enabled.
    ///
    /// # Errors
    /// [`OpenError`] says what is in the way, such as a log that an earlier file of that name left.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        patiently(path, |file| Opened::open_untouched(&file.path, &file.database)).await.map(Self)
    }

    /// Checks that what was read in the open transaction is of one moment.
    ///
    /// # Errors
    /// `Conflict` if the file was written to while it was read without locks.
    pub fn check(&self) -> StoreResult<()> {
        self.0.check().map_err(|failure| failure.during("read"))
    }
}

impl Deref for ForeignDatabase {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}
