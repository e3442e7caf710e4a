//! What a store does for those who look after it.

use crate::{Backup, BackupError, BoxFuture, Diagnosis, Examination, Turn};
use std::path::Path;
use std::time::Duration;
use wtb_ports::StoreResult;

/// What a store does for those who look after it.
pub(crate) trait Upkeep: Send + Sync {
    /// Examines the store: everything, which takes long in a large one, or what does not depend on its size.
    fn diagnose(&self, examination: Examination) -> BoxFuture<'_, StoreResult<Diagnosis>>;

    /// Marks the store as being filled by a copy, or removes the mark.
    fn mark_unfinished(&self, is_unfinished: bool) -> BoxFuture<'_, StoreResult<()>>;

    /// Copies everything into a new file, or says what to do instead.
    fn backup<'a>(&'a self, to: &'a Path) -> BoxFuture<'a, Result<Backup, BackupError>>;

    /// Waits until nobody else fills the store, for this long at most.
    fn take_turn(&self, wait: Duration) -> BoxFuture<'_, StoreResult<Option<Turn>>>;
}
