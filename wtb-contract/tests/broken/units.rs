//! Units that keep too much or too little, see too much or too little, or go on when they should not.

use super::caught;
use async_trait::async_trait;
use std::any::Any;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside, Place};
use wtb_domain::{CheckpointFile, Entity, Execution};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// What is rolled back is committed.
#[derive(Debug, Clone)]
struct ForgetsRollbacks;

#[async_trait]
impl Defect for ForgetsRollbacks {
    async fn rollback(&mut self, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await
    }
}

/// What is dropped is committed.
#[derive(Debug, Clone)]
struct CommitsWhenDropped;

impl Defect for CommitsWhenDropped {
    fn dropped(&mut self, unit: BoxUnitOfWork, _place: Place) {
        // The store in memory commits without waiting for anything.
        let committed = pin!(unit.commit()).poll(&mut Context::from_waker(Waker::noop()));
        drop(committed);
    }
}

/// A commit is only said to be one.
#[derive(Debug, Clone)]
struct LosesCommits;

#[async_trait]
impl Defect for LosesCommits {
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.rollback().await
    }
}

/// Every call is a unit of its own.
#[derive(Debug, Clone)]
struct CommitsEveryCall;

#[async_trait]
impl Defect for CommitsEveryCall {
    async fn after_call(&mut self, inside: &mut Inside, succeeded: bool) {
        if succeeded && inside.writes {
            inside.commit_and_go_on().await;
        }
    }
}

/// An error undoes its own call only; what was written before it stays, shown with checkpoint files.
#[derive(Debug, Clone, Default)]
struct GoesOnAfterErrors {
    kept: Vec<CheckpointFile>,
}

#[async_trait]
impl Defect for GoesOnAfterErrors {
    const STOPS_AFTER_ERRORS: bool = false;

    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let added = E::add(inside.unit(), entity).await?;
        self.kept.extend((&added as &dyn Any).downcast_ref().cloned());
        Ok(added)
    }

    async fn after_call(&mut self, inside: &mut Inside, succeeded: bool) {
        if !succeeded {
            drop(inside.renew().await);
            for file in &self.kept {
                inside.unit().checkpoint_files().add(file.clone()).await.expect("added");
            }
        }
    }
}

/// A spent unit keeps nothing, but says that it did.
#[derive(Debug, Clone)]
struct CommitsSpentUnits;

#[async_trait]
impl Defect for CommitsSpentUnits {
    const STOPS_AFTER_ERRORS: bool = false;

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        match unit.commit().await {
            Err(StoreError::Aborted) => Ok(()),
            answer => answer,
        }
    }
}

/// A call that was given up is taken for one that was never made.
#[derive(Debug, Clone)]
struct GoesOnAfterGivenUpCalls;

impl Defect for GoesOnAfterGivenUpCalls {
    const STOPS_AFTER_GIVEN_UP_CALLS: bool = false;
}

/// A unit that reads is like any other.
#[derive(Debug, Clone)]
struct WritesInReadingUnits;

#[async_trait]
impl Defect for WritesInReadingUnits {
    async fn begin_read(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin().await
    }
}

/// There is nothing to refuse in writing nothing.
#[derive(Debug, Clone)]
struct AnswersEmptyBulkItself;

#[async_trait]
impl Defect for AnswersEmptyBulkItself {
    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        if entities.is_empty() { Ok(entities) } else { E::add_all(inside.unit(), entities).await }
    }
}

/// Each call of a unit that reads sees what is committed by then.
#[derive(Debug, Clone)]
struct MovesSnapshots;

#[async_trait]
impl Defect for MovesSnapshots {
    async fn before_call(&mut self, inside: &mut Inside) {
        if !inside.writes {
            drop(inside.renew().await);
        }
    }
}

/// A unit sees what is committed when it is first called.
#[derive(Debug, Clone, Default)]
struct TakesSnapshotsLate {
    has_one: bool,
}

#[async_trait]
impl Defect for TakesSnapshotsLate {
    async fn before_call(&mut self, inside: &mut Inside) {
        if !self.has_one {
            drop(inside.renew().await);
            self.has_one = true;
        }
    }
}

/// Reads by id go past the unit.
#[derive(Debug, Clone)]
struct HidesOwnWrites;

#[async_trait]
impl Defect for HidesOwnWrites {
    async fn get_by_id<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<Option<E>> {
        E::get_by_id(&mut inside.sound.begin_read().await?, id).await
    }
}

/// The last of several writers wins, shown with executions.
#[derive(Debug, Clone, Default)]
struct OverwritesOthers {
    updates: Vec<Execution>,
}

#[async_trait]
impl Defect for OverwritesOthers {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        self.updates.extend((&entity as &dyn Any).downcast_ref().cloned());
        E::update(inside.unit(), entity).await
    }

    async fn commit(&mut self, inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        let mut answer = unit.commit().await;
        while let Err(StoreError::Conflict { .. }) = answer {
            let mut again = inside.sound.begin().await?;
            for update in self.updates.clone() {
                let stored = again.executions().get_by_id(&update.id).await?;
                let revision = stored.map_or(update.revision, |stored| stored.revision);
                again.executions().update(update.at_revision(revision)).await?;
            }
            answer = again.commit().await;
        }
        answer
    }
}

caught! {
    forgetting_a_rollback: ForgetsRollbacks => [
        "units::a_unit_rolled_back_leaves_nothing",
        "units::many_units_can_follow_one_another",
        "units::a_rollback_given_up_half_way_leaves_nothing",
        "references::a_parent_whose_unit_was_rolled_back_is_missing",
        "references::a_child_whose_unit_was_rolled_back_does_not_keep_its_parent",
        "concurrent_writers::a_unit_that_rolled_back_makes_no_conflict",
        "interleaved_units::an_add_beside_the_rollback_of_the_same_is_kept",
    ];
    committing_a_dropped_unit: CommitsWhenDropped => [
        "units::a_dropped_unit_leaves_nothing",
        "units::a_panic_leaves_nothing",
        "units::an_aborted_task_leaves_nothing",
        "units::a_dropped_unit_makes_room_for_the_one_that_waits",
        "units::every_call_given_up_half_way_leaves_nothing",
        "units::many_units_can_follow_one_another",
        "bulk::a_bulk_write_that_is_not_committed_leaves_nothing",
    ];
    losing_a_commit: LosesCommits => [
        "workflows::what_is_added_is_answered_and_found_by_its_id",
        "units::others_see_a_unit_only_after_its_commit_and_then_wholly",
        "units::a_commit_given_up_half_way_is_kept_wholly_or_not_at_all",
        "units::a_unit_given_up_at_any_point_is_kept_wholly_or_not_at_all",
        "units::a_unit_can_be_sent_to_other_tasks",
        "audit_logs::appended_entries_are_listed_unchanged",
    ];
    committing_every_call: CommitsEveryCall => [
        "units::others_see_a_unit_only_after_its_commit_and_then_wholly",
        "units::a_unit_rolled_back_leaves_nothing",
        "units::a_unit_given_up_at_any_point_is_kept_wholly_or_not_at_all",
        "failures::a_swallowed_error_keeps_nothing",
        "snapshots::a_unit_that_writes_does_not_keep_others_from_reading",
        "bulk::a_bulk_write_that_is_not_committed_leaves_nothing",
    ];
    going_on_after_an_error: GoesOnAfterErrors::default() => [
        "failures::an_invalid_value_spends_the_unit",
        "failures::a_taken_unique_field_spends_the_unit",
        "failures::a_failure_of_one_among_many_spends_the_unit",
        "failures::a_missing_reference_spends_the_unit",
        "failures::deleting_what_is_referred_to_spends_the_unit",
        "failures::updating_what_is_absent_spends_the_unit",
        "failures::a_stale_update_spends_the_unit",
        "failures::a_refused_entry_spends_the_unit",
        "failures::a_write_in_a_reading_unit_spends_it",
        "failures::a_swallowed_error_keeps_nothing",
        "failures::many_failures_use_nothing_up",
    ];
    committing_a_spent_unit: CommitsSpentUnits => [
        "failures::an_invalid_value_spends_the_unit",
        "failures::a_write_in_a_reading_unit_spends_it",
        "failures::a_swallowed_error_keeps_nothing",
        "bulk::an_id_twice_among_many_keeps_none",
    ];
    going_on_after_a_call_that_was_given_up: GoesOnAfterGivenUpCalls => [
        "units::a_call_given_up_half_way_spends_the_unit",
    ];
    writing_in_a_reading_unit: WritesInReadingUnits => [
        "units::every_write_in_a_reading_unit_is_refused",
        "failures::a_write_in_a_reading_unit_spends_it",
    ];
    answering_an_empty_bulk_write_without_a_look: AnswersEmptyBulkItself => [
        "units::every_write_in_a_reading_unit_is_refused",
    ];
    a_snapshot_that_moves: MovesSnapshots => [
        "snapshots::a_reading_unit_goes_on_seeing_what_it_saw_first",
        "snapshots::what_one_repository_shows_fits_what_another_shows_later",
        "snapshots::a_walk_in_one_unit_is_not_disturbed",
        "snapshots::reading_units_of_different_states_stay_apart",
        "snapshots::a_unit_that_writes_does_not_keep_others_from_reading",
    ];
    a_snapshot_taken_late: TakesSnapshotsLate::default() => [
        "snapshots::a_reading_unit_sees_the_state_it_began_in",
        "concurrent_writers::a_writing_unit_sees_the_state_it_began_in",
    ];
    hiding_own_writes: HidesOwnWrites => ["units::a_unit_sees_its_own_writes_at_once"];
    overwriting_what_others_wrote: OverwritesOthers::default() => [
        "concurrent_writers::the_second_of_two_updates_of_a_row_is_refused",
        "units::tasks_that_count_together_lose_no_update",
    ];
}
