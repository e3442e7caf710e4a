//! Units that are told to have ended otherwise, too early or not at all, or are taken for others.

use super::{assert_caught_within, caught};
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;
use wtb_contract::defective::{Defect, Inside};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// Every unit ended so.
#[derive(Debug, Clone)]
struct AlwaysSays(UnitOutcome);

#[async_trait]
impl Defect for AlwaysSays {
    async fn outcome_of(
        &self,
        _store: &Arc<dyn UnitOfWorkFactory>,
        _unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        Ok(self.0)
    }
}

/// What is not kept yet is not kept.
#[derive(Debug, Clone)]
struct SpeaksForOpenUnits;

#[async_trait]
impl Defect for SpeaksForOpenUnits {
    async fn outcome_of(
        &self,
        store: &Arc<dyn UnitOfWorkFactory>,
        unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        match store.outcome_of(unit).await {
            Err(StoreError::Unavailable { .. }) => Ok(UnitOutcome::NotKept),
            answer => answer,
        }
    }
}

/// An open unit is waited for, however long.
#[derive(Debug, Clone)]
struct WaitsForOpenUnits;

#[async_trait]
impl Defect for WaitsForOpenUnits {
    async fn outcome_of(
        &self,
        store: &Arc<dyn UnitOfWorkFactory>,
        unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        loop {
            match store.outcome_of(unit).await {
                Err(StoreError::Unavailable { .. }) => sleep(Duration::from_millis(10)).await,
                answer => return answer,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_open_units() {
    let cases = ["outcomes::an_open_unit_has_no_outcome_yet"];
    assert_caught_within(Duration::from_secs(3), WaitsForOpenUnits, &cases).await;
}

/// Only the last unit that was identified is remembered.
#[derive(Debug, Clone, Default)]
struct RemembersOne(Arc<Mutex<Option<UnitId>>>);

#[async_trait]
impl Defect for RemembersOne {
    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        let id = inside.unit().identify().await?;
        *self.0.lock().expect("nobody panicked") = Some(id.clone());
        Ok(id)
    }

    async fn outcome_of(
        &self,
        store: &Arc<dyn UnitOfWorkFactory>,
        unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        let is_last = self.0.lock().expect("nobody panicked").as_ref() == Some(unit);
        if is_last { store.outcome_of(unit).await } else { Ok(UnitOutcome::Forgotten) }
    }
}

/// All units have the id of the first.
#[derive(Debug, Clone, Default)]
struct KnowsOneId(Arc<Mutex<Option<UnitId>>>);

#[async_trait]
impl Defect for KnowsOneId {
    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        let id = inside.unit().identify().await?;
        Ok(self.0.lock().expect("nobody panicked").get_or_insert(id).clone())
    }
}

/// Each call answers another id, all of which are understood.
#[derive(Debug, Clone, Default)]
struct MakesIdsAnew(Arc<AtomicUsize>);

#[async_trait]
impl Defect for MakesIdsAnew {
    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        let id = inside.unit().identify().await?;
        Ok(format!("{id}#{}", self.0.fetch_add(1, Ordering::Relaxed)).parse().expect("an id"))
    }

    async fn outcome_of(
        &self,
        store: &Arc<dyn UnitOfWorkFactory>,
        unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        let (id, _) = unit.as_str().split_once('#').unwrap_or((unit.as_str(), ""));
        store.outcome_of(&id.parse().expect("an id")).await
    }
}

/// Whatever the unit is, it has an id.
#[derive(Debug, Clone)]
struct IdentifiesEveryUnit;

#[async_trait]
impl Defect for IdentifiesEveryUnit {
    const STOPS_AFTER_ERRORS: bool = false;

    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        let id = inside.unit().identify().await;
        Ok(id.unwrap_or_else(|_| "any".parse().expect("an id")))
    }
}

/// To be asked about, a unit begins anew.
#[derive(Debug, Clone)]
struct BeginsAnewToIdentify;

#[async_trait]
impl Defect for BeginsAnewToIdentify {
    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        drop(inside.renew().await);
        inside.unit().identify().await
    }
}

caught! {
    calling_every_unit_kept: AlwaysSays(UnitOutcome::Kept) => [
        "outcomes::a_unit_that_was_rolled_back_is_not_kept",
        "outcomes::a_unit_that_was_dropped_is_not_kept",
        "outcomes::a_unit_that_failed_is_not_kept",
        "outcomes::a_unit_that_was_given_up_at_any_point_has_an_outcome_that_is_true",
        "outcomes::a_unit_that_nobody_made_is_forgotten",
    ];
    calling_no_unit_kept: AlwaysSays(UnitOutcome::NotKept) => [
        "outcomes::a_unit_that_was_committed_is_kept",
        "outcomes::a_unit_that_was_given_up_at_any_point_has_an_outcome_that_is_true",
        "outcomes::units_of_many_tasks_have_each_their_outcome",
        "outcomes::a_unit_that_was_identified_sees_and_keeps_what_others_do",
    ];
    forgetting_every_unit: AlwaysSays(UnitOutcome::Forgotten) => [
        "outcomes::a_unit_that_was_committed_is_kept",
        "outcomes::a_unit_that_was_rolled_back_is_not_kept",
    ];
    speaking_for_open_units: SpeaksForOpenUnits => ["outcomes::an_open_unit_has_no_outcome_yet"];
    remembering_one_unit: RemembersOne::default() => ["outcomes::an_outcome_stays_after_many_later_units"];
    giving_all_units_one_id: KnowsOneId::default() => [
        "outcomes::units_have_different_ids_however_they_end",
        "outcomes::units_of_many_tasks_have_each_their_outcome",
    ];
    making_an_id_for_each_call: MakesIdsAnew::default() => [
        "outcomes::a_unit_has_one_id_however_often_it_is_asked",
    ];
    identifying_every_unit: IdentifiesEveryUnit => [
        "outcomes::a_unit_that_reads_cannot_be_identified",
        "outcomes::a_spent_unit_cannot_be_identified",
    ];
    beginning_anew_to_identify: BeginsAnewToIdentify => [
        "outcomes::a_unit_has_one_id_however_often_it_is_asked",
        "outcomes::a_unit_that_was_given_up_at_any_point_has_an_outcome_that_is_true",
    ];
}
