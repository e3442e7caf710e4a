//! A numbered unit, and how it ends.

use crate::proof::Failure;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use wtb_contract::samples;
use wtb_ports::{
    BoxUnitOfWork, Retry, StoreError, StoreResult, UnitId, UnitOfWork, UnitOfWorkFactory, UnitOutcome,
};

/// Much longer than any call may take with the waits of these stores, even on a busy machine.
const HANGS: Duration = Duration::from_secs(20);

/// How a unit ends, as the store said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Committed,
    /// Nothing of it is kept.
    Failed,
    /// The commit was of unknown outcome; this was answered later.
    Resolved {
        kept: bool,
    },
}

impl Ended {
    /// Whether the unit is kept.
    pub(super) fn is_kept(self) -> bool {
        matches!(self, Self::Committed | Self::Resolved { kept: true })
    }
}

/// The checkpoint file and the entry of a unit have this for a name.
pub(super) fn name(number: u64) -> String {
    format!("unit-{number:08}")
}

/// What a call answers.
///
/// # Errors
/// `Found` if it hangs.
async fn bounded<T>(call: &str, answer: impl Future<Output = T>) -> Result<T, Failure> {
    let answer = timeout(HANGS, answer).await;
    answer.map_err(|_| Failure::found(format!("{call} hangs: no answer within {HANGS:?}")))
}

/// Writes into two tables, and answers which unit that is.
async fn written(unit: &mut BoxUnitOfWork, number: u64) -> StoreResult<UnitId> {
    let id = unit.identify().await?;
    write(&mut **unit, number).await?;
    Ok(id)
}

/// Writes into two tables.
pub(super) async fn write(unit: &mut dyn UnitOfWork, number: u64) -> StoreResult<()> {
    unit.checkpoint_files().add(samples::checkpoint_file(&name(number), "commit")).await?;
    unit.audit_logs().append_logs(None, vec![samples::audit_entry(&name(number))]).await
}

/// Does a unit through `store`; where nobody knows its outcome, `healthy` is asked.
///
/// # Errors
/// `Found` if anything hangs, or if the outcome cannot be told.
pub(super) async fn done(
    store: &dyn UnitOfWorkFactory,
    healthy: &dyn UnitOfWorkFactory,
    number: u64,
) -> Result<Ended, Failure> {
    let Ok(mut unit) = bounded("begin", store.begin()).await? else { return Ok(Ended::Failed) };
    let Ok(id) = bounded("a write", written(&mut unit, number)).await? else {
        // It says that the way to the server is gone, or that it is not; nothing is kept in any case.
        let _ = bounded("rollback", unit.rollback()).await?;
        return Ok(Ended::Failed);
    };
    match bounded("commit", unit.commit()).await? {
        Ok(()) => Ok(Ended::Committed),
        Err(StoreError::OutcomeUnknown { .. }) => Ok(Ended::Resolved { kept: is_kept(healthy, &id).await? }),
        Err(_) => Ok(Ended::Failed),
    }
}

async fn is_kept(healthy: &dyn UnitOfWorkFactory, id: &UnitId) -> Result<bool, Failure> {
    let since = Instant::now();
    loop {
        match bounded("outcome_of", healthy.outcome_of(id)).await? {
            Ok(UnitOutcome::Kept) => return Ok(true),
            Ok(UnitOutcome::NotKept) => return Ok(false),
            Ok(UnitOutcome::Forgotten) => return Err(Failure::found(format!("unit {id} was forgotten"))),
            Err(error) if error.retry() == Retry::WholeUnit && since.elapsed() < HANGS => {}
            Err(error) => {
                return Err(Failure::found(format!("nobody tells what became of unit {id}: {error}")));
            }
        }
    }
}
