//! A store over another one, with a defect; and its units.

use super::defect::Defect;
use super::gate::{Gate, Place};
use super::inside::Inside;
use async_trait::async_trait;
use std::any::Any;
use std::sync::Arc;
use tokio::task::yield_now;
use wtb_ports::{
    AuditLogRepository, BoxUnitOfWork, CheckpointFileRepository, EvaluationResultRepository,
    ExecutionRepository, NodeBoundaryRepository, NodeVariantRepository, StoreError, StoreResult, UnitId,
    UnitOfWork, UnitOfWorkFactory, UnitOutcome, WorkflowRepository,
};

/// A store over another one, with a defect.
#[derive(Debug)]
pub struct DefectiveStore<D> {
    sound: Arc<dyn UnitOfWorkFactory>,
    gate: Gate,
    defect: D,
}

impl<D: Defect> DefectiveStore<D> {
    /// The store `sound` with this defect, and room for so many units as `gate` has.
    pub fn new(sound: Arc<dyn UnitOfWorkFactory>, gate: Gate, defect: D) -> Self {
        Self { sound, gate, defect }
    }

    fn unit(&self, unit: BoxUnitOfWork, place: Place, writes: bool) -> BoxUnitOfWork {
        let inside = Inside { sound: Arc::clone(&self.sound), unit: Some((unit, place)), writes };
        Box::new(Unit { inside, defect: self.defect.clone(), stopped: false })
    }
}

#[async_trait]
impl<D: Defect> UnitOfWorkFactory for DefectiveStore<D> {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        let place = self.defect.wait(&self.gate, true).await?;
        yield_now().await;
        let unit = self.defect.begin(&self.sound).await?;
        yield_now().await;
        Ok(self.unit(unit, place, true))
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        let place = self.defect.wait(&self.gate, false).await?;
        yield_now().await;
        let unit = self.defect.begin_read(&self.sound).await?;
        yield_now().await;
        Ok(self.unit(unit, place, false))
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        let place = self.defect.wait(&self.gate, false).await?;
        yield_now().await;
        let unit = self.defect.begin_read_own_writes(&self.sound).await?;
        yield_now().await;
        Ok(self.unit(unit, place, false))
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        yield_now().await;
        let outcome = self.defect.outcome_of(&self.sound, unit).await;
        yield_now().await;
        outcome
    }
}

/// A unit of a store with a defect, and all its repositories.
///
/// It pauses before and after each step, where the store in memory never does, so that it can be given up there.
pub(super) struct Unit<D: Defect> {
    pub(super) inside: Inside,
    pub(super) defect: D,
    stopped: bool,
}

impl<D: Defect> Unit<D> {
    /// Stands before every call.
    pub(super) async fn enter(&mut self) -> StoreResult<()> {
        if self.stopped {
            return Err(StoreError::Aborted);
        }
        self.stopped = D::STOPS_AFTER_GIVEN_UP_CALLS;
        yield_now().await;
        self.defect.before_call(&mut self.inside).await;
        Ok(())
    }

    /// Stands after every call.
    pub(super) async fn leave<T: Send>(&mut self, answer: StoreResult<T>) -> StoreResult<T> {
        self.defect.after_call(&mut self.inside, answer.is_ok()).await;
        yield_now().await;
        self.stopped = D::STOPS_AFTER_ERRORS && answer.is_err();
        answer.map_err(|error| self.defect.error(error))
    }

    /// An item before it is written.
    pub(super) fn to_write<T: Any>(&self, mut item: T) -> T {
        self.defect.write(&mut item);
        item
    }

    /// An item that was read.
    pub(super) fn to_show<T: Any>(&self, mut item: T) -> T {
        self.defect.read(&mut item);
        item
    }
}

#[async_trait]
impl<D: Defect> UnitOfWork for Unit<D> {
    fn workflows(&mut self) -> &mut dyn WorkflowRepository {
        self
    }

    fn executions(&mut self) -> &mut dyn ExecutionRepository {
        self
    }

    fn node_boundaries(&mut self) -> &mut dyn NodeBoundaryRepository {
        self
    }

    fn checkpoint_files(&mut self) -> &mut dyn CheckpointFileRepository {
        self
    }

    fn node_variants(&mut self) -> &mut dyn NodeVariantRepository {
        self
    }

    fn evaluation_results(&mut self) -> &mut dyn EvaluationResultRepository {
        self
    }

    fn audit_logs(&mut self) -> &mut dyn AuditLogRepository {
        self
    }

    async fn identify(&mut self) -> StoreResult<UnitId> {
        if self.stopped {
            return Err(StoreError::Aborted);
        }
        self.stopped = D::STOPS_AFTER_GIVEN_UP_CALLS;
        yield_now().await;
        let identified = self.defect.identify(&mut self.inside).await;
        yield_now().await;
        self.stopped = D::STOPS_AFTER_ERRORS && identified.is_err();
        identified
    }

    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        yield_now().await;
        if self.stopped {
            return Err(StoreError::Aborted);
        }
        let (unit, _place) = self.inside.unit.take().expect("the unit has not ended");
        let answer = self.defect.commit(&mut self.inside, unit).await;
        yield_now().await;
        answer
    }

    async fn rollback(mut self: Box<Self>) -> StoreResult<()> {
        yield_now().await;
        let (unit, _place) = self.inside.unit.take().expect("the unit has not ended");
        let answer = self.defect.rollback(unit).await;
        yield_now().await;
        answer
    }
}

impl<D: Defect> Drop for Unit<D> {
    fn drop(&mut self) {
        if let Some((unit, place)) = self.inside.unit.take() {
            self.defect.dropped(unit, place);
        }
    }
}
