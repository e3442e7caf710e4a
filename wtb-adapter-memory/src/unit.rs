//! The unit of work: calls one after another, none after a failure.

use crate::outcomes::{Identified, Outcomes};
use crate::root::Root;
use crate::work::Work;
use async_trait::async_trait;
use std::mem;
use std::sync::Arc;
use wtb_ports::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, StoreError, StoreResult, UnitId, UnitOfWork,
    WorkflowRepository,
};

/// A unit of work, and all its repositories.
pub(crate) struct Unit {
    work: Work,
    /// Where its outcome is noted; none in a unit that only reads.
    outcomes: Option<Arc<Outcomes>>,
    identified: Option<Identified>,
    /// Whether a call failed or did not come to its end.
    spent: bool,
}

impl Unit {
    pub(crate) fn writing(work: Work, outcomes: Arc<Outcomes>) -> Self {
        Self { work, outcomes: Some(outcomes), identified: None, spent: false }
    }

    pub(crate) fn reading(work: Work) -> Self {
        Self { work, outcomes: None, identified: None, spent: false }
    }

    /// The place before which the log was settled when the unit began.
    pub(crate) fn settled_before(&self) -> i64 {
        self.work.settled_before
    }

    /// Answers from the unit's version of the store.
    pub(crate) fn read<T>(&mut self, answer: impl FnOnce(&Root) -> T) -> StoreResult<T> {
        self.attempt(|unit| Ok(answer(&unit.work.own)))
    }

    /// Changes the unit's version of the store.
    pub(crate) fn write<T>(&mut self, change: impl FnOnce(&mut Work) -> StoreResult<T>) -> StoreResult<T> {
        self.attempt(|unit| match unit.outcomes {
            Some(_) => change(&mut unit.work),
            None => Err(StoreError::ReadOnly),
        })
    }

    /// Bars the unit for the time of a call and for good unless it succeeds, so that neither an error nor a panic
    /// leaves half a call to be committed.
    fn attempt<T>(&mut self, call: impl FnOnce(&mut Self) -> StoreResult<T>) -> StoreResult<T> {
        if mem::replace(&mut self.spent, true) {
            return Err(StoreError::Aborted);
        }
        let answer = call(self)?;
        self.spent = false;
        Ok(answer)
    }
}

#[async_trait]
impl UnitOfWork for Unit {
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
        self.attempt(|unit| {
            let outcomes = unit.outcomes.as_ref().ok_or(StoreError::ReadOnly)?;
            let identified = match unit.identified.take() {
                Some(identified) => identified,
                None => outcomes.open()?,
            };
            Ok(unit.identified.insert(identified).id().clone())
        })
    }

    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        self.attempt(|unit| {
            if unit.outcomes.is_none() {
                return Ok(());
            }
            unit.work.publish()?;
            if let Some(identified) = &unit.identified {
                identified.kept();
            }
            Ok(())
        })
    }

    async fn rollback(self: Box<Self>) -> StoreResult<()> {
        Ok(())
    }
}
