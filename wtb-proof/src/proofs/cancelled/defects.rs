//! Stores that leave something behind when they are given up half-way.

use async_trait::async_trait;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::yield_now;
use wtb_contract::defective::{Defect, Gate, Inside, Place};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{BoxUnitOfWork, StoreResult};

/// A begin that is given up after its turn came takes the turn with it.
#[derive(Debug, Clone)]
pub(super) struct LosesTheTurnOfABegin;

#[async_trait]
impl Defect for LosesTheTurnOfABegin {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        let place = ManuallyDrop::new(gate.wait(writes).await?);
        yield_now().await;
        Ok(ManuallyDrop::into_inner(place))
    }
}

/// A dropped unit takes its turn with it.
#[derive(Debug, Clone)]
pub(super) struct LosesTheTurnOfADroppedUnit;

impl Defect for LosesTheTurnOfADroppedUnit {
    fn dropped(&mut self, unit: BoxUnitOfWork, place: Place) {
        drop(unit);
        mem::forget(place);
    }
}

/// What is dropped is committed.
#[derive(Debug, Clone)]
pub(super) struct CommitsWhatIsDropped;

impl Defect for CommitsWhatIsDropped {
    fn dropped(&mut self, unit: BoxUnitOfWork, place: Place) {
        tokio::spawn(async move {
            // Nobody is left to be told.
            let _ = unit.commit().await;
            drop(place);
        });
    }
}

/// The transaction of a dropped unit stays open.
#[derive(Clone, Default)]
pub(super) struct LeavesTransactionsOpen {
    open: Arc<Mutex<Vec<BoxUnitOfWork>>>,
}

impl fmt::Debug for LeavesTransactionsOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeavesTransactionsOpen").finish_non_exhaustive()
    }
}

impl Defect for LeavesTransactionsOpen {
    fn dropped(&mut self, unit: BoxUnitOfWork, place: Place) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).push(unit);
        drop(place);
    }
}

/// What goes to the log is kept in a unit of its own, after the rest.
#[derive(Debug, Clone, Default)]
pub(super) struct CommitsInTwoHalves {
    appended: Vec<(Option<ExecutionId>, Vec<AuditEntry>)>,
}

#[async_trait]
impl Defect for CommitsInTwoHalves {
    async fn append_logs(
        &mut self,
        _inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        self.appended.push((execution_id.cloned(), entries));
        Ok(())
    }

    async fn commit(&mut self, inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await?;
        yield_now().await;
        let mut second = inside.sound.begin().await?;
        for (execution_id, entries) in mem::take(&mut self.appended) {
            second.audit_logs().append_logs(execution_id.as_ref(), entries).await?;
        }
        second.commit().await
    }
}

/// A call that was given up is taken for one that was never made.
#[derive(Debug, Clone)]
pub(super) struct GoesOnAfterGivenUpCalls;

impl Defect for GoesOnAfterGivenUpCalls {
    const STOPS_AFTER_GIVEN_UP_CALLS: bool = false;
}
