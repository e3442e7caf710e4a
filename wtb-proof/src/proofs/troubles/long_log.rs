//! The log of a SQLite store takes all the room there is, because somebody still reads what was before it.

use super::flaw::Flaw;
use super::ledger::document;
use super::withstand::RECOVERY;
use crate::proof::Failure;
use crate::seed::Numbers;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wtb_adapter_sql::sqlite::SqliteStore;
use wtb_contract::samples;
use wtb_domain::Workflow;
use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory};

/// The digits of the document of one unit and of the next. SQLite would write one of the same size over the last, and
/// need more room in the file for the first that is not.
const DIGITS: [usize; 2] = [1_000_000, 1_000_016];
/// Units after which the store has copied its log, which it does every 4 MiB.
const UNTIL_IT_IS_COPIED: u32 = 10;
/// Between two attempts to write.
const PAUSE: Duration = Duration::from_millis(10);

/// A store in which one row is written again and again, so that only the log grows.
pub(super) struct LongLog {
    store: Arc<dyn UnitOfWorkFactory>,
    row: Workflow,
    numbers: Numbers,
}

impl LongLog {
    /// In an empty store, which may have a flaw.
    ///
    /// # Errors
    /// What the store answers.
    pub(super) async fn new(store: SqliteStore, flaw: Option<Flaw>, numbers: Numbers) -> StoreResult<Self> {
        let store = Flaw::on(flaw, Arc::new(store));
        let mut unit = store.begin().await?;
        let row = unit.workflows().add(samples::workflow("row")).await?;
        unit.commit().await?;
        let mut this = Self { store, row, numbers };
        // The file has its size from now on: the log was copied into it.
        for _ in 0..UNTIL_IT_IS_COPIED {
            this.write().await?;
        }
        Ok(this)
    }

    /// Fills the disk while somebody reads, and tells with how many units, and how long after that reader has left a unit
    /// was kept.
    ///
    /// # Errors
    /// `Found` if the store says something else than that the disk is full, or says so for too long.
    pub(super) async fn fills_the_disk(mut self) -> Result<(u32, Duration), Failure> {
        let reader = self.store.begin_read().await.map_err(Failure::found)?;
        let mut units = 0;
        loop {
            match self.write().await {
                Ok(()) => units += 1,
                Err(StoreError::StorageFull { .. }) => break,
                Err(error) => {
                    return Err(Failure::found(format_args!("while the log filled the disk: {error}")));
                }
            }
        }
        reader.rollback().await.map_err(Failure::found)?;
        let left = Instant::now();
        loop {
            match self.write().await {
                Ok(()) => return Ok((units, left.elapsed())),
                Err(StoreError::StorageFull { .. }) if left.elapsed() < RECOVERY => sleep(PAUSE).await,
                Err(error) => {
                    return Err(Failure::found(format_args!(
                        "long after the reader of the log left: {error}"
                    )));
                }
            }
        }
    }

    async fn write(&mut self) -> StoreResult<()> {
        let digits = DIGITS[usize::from(self.row.revision.get() % 2 == 0)];
        let definition = document(digits, &mut self.numbers);
        let mut unit = self.store.begin().await?;
        let row = unit.workflows().update(Workflow { definition, ..self.row.clone() }).await?;
        unit.commit().await?;
        self.row = row;
        Ok(())
    }
}
