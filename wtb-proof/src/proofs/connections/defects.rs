//! Stores that tell wrong outcomes, or do not recover.

use super::{cuts, load};
use crate::proof::{Outcome, Trial};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside, unavailable};
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// A sound store with this defect and room for every unit.
fn broken(store: Arc<dyn UnitOfWorkFactory>, defect: impl Defect) -> Arc<dyn UnitOfWorkFactory> {
    Arc::new(DefectiveStore::new(store, Gate::with_room_for(1_000, Duration::from_mins(1)), defect))
}

/// What a commit of unknown outcome is told as.
#[derive(Debug, Clone)]
struct Tells(fn() -> StoreResult<()>);

#[async_trait]
impl Defect for Tells {
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        match unit.commit().await {
            Err(StoreError::OutcomeUnknown { .. }) => (self.0)(),
            answer => answer,
        }
    }
}

pub(super) async fn says_kept(_trial: Trial) -> Outcome {
    cuts::with(|store| broken(store, Tells(|| Ok(())))).await
}

pub(super) async fn says_not_kept(_trial: Trial) -> Outcome {
    cuts::with(|store| broken(store, Tells(|| Err(unavailable("the commit"))))).await
}

/// Every unit was kept.
#[derive(Debug, Clone)]
struct AnswersKept;

#[async_trait]
impl Defect for AnswersKept {
    async fn outcome_of(
        &self,
        _store: &Arc<dyn UnitOfWorkFactory>,
        _unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        Ok(UnitOutcome::Kept)
    }
}

pub(super) async fn answers_kept(_trial: Trial) -> Outcome {
    cuts::with(|store| broken(store, AnswersKept)).await
}

/// After the first call that fails nothing works any more.
#[derive(Debug, Clone, Default)]
struct StaysBroken(Arc<AtomicBool>);

#[async_trait]
impl Defect for StaysBroken {
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        if self.0.load(Ordering::Relaxed) { Err(unavailable("a connection")) } else { store.begin().await }
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        let answer = unit.commit().await;
        self.0.fetch_or(answer.is_err(), Ordering::Relaxed);
        answer
    }
}

pub(super) async fn stays_broken(_trial: Trial) -> Outcome {
    cuts::with(|store| broken(store, StaysBroken::default())).await
}

/// A unit whose connection died goes on as if nothing had happened.
#[derive(Debug, Clone, Default)]
struct HidesLosses {
    is_lost: bool,
}

#[async_trait]
impl Defect for HidesLosses {
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let answer = E::add(inside.unit(), entity.clone()).await;
        self.is_lost |= answer.is_err();
        Ok(entity)
    }

    async fn append_logs(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        let answer = inside.unit().audit_logs().append_logs(execution_id, entries).await;
        self.is_lost |= answer.is_err();
        Ok(())
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        if self.is_lost { Ok(()) } else { unit.commit().await }
    }
}

/// A store with that defect.
pub(super) fn hiding_losses(store: Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory> {
    broken(store, HidesLosses::default())
}

pub(super) async fn hides_losses(trial: Trial) -> Outcome {
    load::with(hiding_losses, trial, 80).await
}
