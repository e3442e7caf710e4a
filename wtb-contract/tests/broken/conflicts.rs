//! Stores that mistake a conflict for an error of the caller, an error of the caller for a conflict, or neither.

use super::caught;
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wtb_contract::defective::{Defect, Inside};
use wtb_domain::{CheckpointFile, EntityKind};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult};

/// A conflict is returned as this error, which is never retried.
#[derive(Debug, Clone)]
struct ReturnsConflictsAs(fn() -> StoreError);

#[async_trait]
impl Defect for ReturnsConflictsAs {
    fn error(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Conflict { .. } => (self.0)(),
            error => error,
        }
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await.map_err(|error| self.error(error))
    }
}

/// Any error about other rows is returned as a conflict, which is retried.
#[derive(Debug, Clone)]
struct ReturnsAllAsConflicts;

impl Defect for ReturnsAllAsConflicts {
    fn error(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::AlreadyExists { .. }
            | StoreError::MissingReference { .. }
            | StoreError::StillReferenced { .. } => StoreError::Conflict { operation: "write", source: None },
            error => error,
        }
    }
}

/// A unit is refused when any other was committed since its first call.
#[derive(Debug, Clone, Default)]
struct RefusesEveryOverlap {
    commits: Arc<AtomicU64>,
    first_call_at: Option<u64>,
}

#[async_trait]
impl Defect for RefusesEveryOverlap {
    async fn before_call(&mut self, _inside: &mut Inside) {
        self.first_call_at.get_or_insert(self.commits.load(Ordering::SeqCst));
    }

    async fn commit(&mut self, inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        let is_late = self.first_call_at.is_some_and(|at| at != self.commits.load(Ordering::SeqCst));
        if inside.writes && is_late {
            unit.rollback().await?;
            return Err(StoreError::Conflict { operation: "commit", source: None });
        }
        unit.commit().await?;
        self.commits.fetch_add(u64::from(inside.writes), Ordering::SeqCst);
        Ok(())
    }
}

caught! {
    returning_a_conflict_of_keys_as_one_that_exists: ReturnsConflictsAs(|| StoreError::AlreadyExists {
        entity: EntityKind::CheckpointFile,
        field: CheckpointFile::UNIQUE,
    }) => [
        "interleaved_units::a_unit_that_looked_by_id_before_it_adds_is_refused_with_a_conflict",
        "interleaved_units::a_unit_that_looked_by_unique_fields_before_it_adds_is_refused_with_a_conflict",
        "interleaved_units::an_add_beside_the_commit_of_the_same_is_refused_with_a_conflict",
        "interleaved_units::an_update_to_unique_fields_that_another_takes_is_refused_with_a_conflict",
        "interleaved_units::an_add_of_what_another_deletes_is_refused_with_a_conflict",
        "interleaved_units::a_write_with_a_name_that_another_gives_up_is_refused_with_a_conflict",
        "concurrent_writers::the_second_of_two_adds_under_one_id_is_refused",
        "concurrent_writers::the_second_of_two_adds_with_equal_unique_fields_is_refused",
        "concurrent_writers::an_add_with_a_name_that_another_takes_by_an_update_is_refused",
        "units::tasks_that_look_before_they_add_all_succeed",
    ];
    returning_a_conflict_with_a_child_as_a_reference: ReturnsConflictsAs(|| StoreError::StillReferenced {
        entity: EntityKind::Workflow,
    }) => [
        "interleaved_units::a_delete_beside_the_commit_of_a_child_is_refused_with_a_conflict",
        "interleaved_units::a_delete_of_a_parent_whose_child_another_deletes_is_refused_with_a_conflict",
        "interleaved_units::a_delete_of_a_parent_whose_child_another_moves_away_is_refused_with_a_conflict",
        "interleaved_units::a_delete_beside_the_commit_of_an_update_is_refused_with_a_conflict",
        "concurrent_writers::a_delete_of_a_parent_that_another_gives_a_child_is_refused",
    ];
    returning_a_conflict_with_a_delete_as_a_missing_reference: ReturnsConflictsAs(|| {
        StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow }
    }) => [
        "interleaved_units::a_child_beside_the_commit_of_a_delete_is_refused_with_a_conflict",
        "interleaved_units::an_update_beside_the_commit_of_a_delete_is_refused_with_a_conflict",
        "concurrent_writers::a_child_of_a_parent_that_another_deletes_is_refused",
    ];
    returning_an_error_of_the_caller_as_a_conflict: ReturnsAllAsConflicts => [
        "interleaved_units::a_row_of_its_own_in_the_way_of_an_add_is_no_conflict",
        "interleaved_units::a_row_that_a_unit_sees_in_the_way_of_an_add_is_no_conflict",
        "interleaved_units::the_same_twice_in_one_call_is_no_conflict",
        "interleaved_units::an_add_of_what_another_deletes_and_adds_again_is_refused_for_good",
        "interleaved_units::a_child_that_a_unit_sees_keeps_its_parent_whatever_others_add",
        "interleaved_units::a_child_of_a_parent_that_another_adds_is_refused",
    ];
    refusing_every_overlap: RefusesEveryOverlap::default() => [
        "interleaved_units::units_that_each_read_what_the_other_writes_are_both_kept",
        "concurrent_writers::a_unit_that_read_what_another_changed_may_write_elsewhere",
        "concurrent_writers::units_that_write_different_rows_both_commit",
    ];
}
