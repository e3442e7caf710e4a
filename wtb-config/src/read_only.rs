//! A store in which no unit writes, whatever is behind it.

use crate::upkeep::Upkeep;
use crate::{Backup, BackupError, BoxFuture, Diagnosis, Examination, Turn};
use std::path::Path;
use std::time::Duration;
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// A store in which no unit writes.
#[derive(Debug)]
pub(crate) struct ReadOnly<S>(pub(crate) S);

#[async_trait::async_trait]
impl<S: UnitOfWorkFactory> UnitOfWorkFactory for ReadOnly<S> {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        Err(StoreError::ReadOnly)
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        self.0.begin_read().await
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.0.begin_read_own_writes().await
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        self.0.outcome_of(unit).await
    }
}

impl<S: Upkeep> Upkeep for ReadOnly<S> {
    fn diagnose(&self, examination: Examination) -> BoxFuture<'_, StoreResult<Diagnosis>> {
        self.0.diagnose(examination)
    }

    fn mark_unfinished(&self, _is_unfinished: bool) -> BoxFuture<'_, StoreResult<()>> {
        Box::pin(async { Err(StoreError::ReadOnly) })
    }

    fn backup<'a>(&'a self, to: &'a Path) -> BoxFuture<'a, Result<Backup, BackupError>> {
        self.0.backup(to)
    }

    fn take_turn(&self, _wait: Duration) -> BoxFuture<'_, StoreResult<Option<Turn>>> {
        Box::pin(async { Err(StoreError::ReadOnly) })
    }
}
