//! Writes that are accepted or refused against the rules.

use super::caught;
use super::values::on;
use async_trait::async_trait;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside};
use wtb_domain::{CheckpointFile, Execution, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{PageRequest, StoreError, StoreResult};

/// Unique fields are made different before they are written, so that nothing is ever taken.
#[derive(Debug, Clone, Default)]
struct AcceptsTakenUniqueFields(Arc<AtomicUsize>);

impl Defect for AcceptsTakenUniqueFields {
    fn write(&self, item: &mut dyn Any) {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let different = |text: &str| format!("{text} {number}");
        on(item, |workflow: &mut Workflow| workflow.version = different(&workflow.version));
        on(item, |variant: &mut NodeVariant| variant.name = different(&variant.name));
        on(item, |file: &mut CheckpointFile| {
            file.checkpoint_id = different(file.checkpoint_id.as_str()).parse().expect("an id");
        });
        on(item, |boundary: &mut NodeBoundary| {
            boundary.session_id = different(boundary.session_id.as_str()).parse().expect("an id");
        });
    }
}

/// Errors of this sort are kept from the caller, who is told that all went well.
#[derive(Debug, Clone)]
struct Swallows(fn(&StoreError) -> bool);

impl Swallows {
    async fn told<T: Send>(&self, inside: &mut Inside, answer: StoreResult<T>, lie: T) -> StoreResult<T> {
        match answer {
            Err(error) if (self.0)(&error) => {
                drop(inside.renew().await);
                Ok(lie)
            }
            answer => answer,
        }
    }
}

#[async_trait]
impl Defect for Swallows {
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let answer = E::add(inside.unit(), entity.clone()).await;
        self.told(inside, answer, entity).await
    }

    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        let answer = E::add_all(inside.unit(), entities.clone()).await;
        self.told(inside, answer, entities).await
    }

    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let answer = E::update(inside.unit(), entity.clone()).await;
        self.told(inside, answer, entity).await
    }

    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        let answer = E::delete(inside.unit(), id).await;
        self.told(inside, answer, true).await
    }
}

/// The newest update wins, whatever it was made from.
#[derive(Debug, Clone)]
struct IgnoresRevisions;

#[async_trait]
impl Defect for IgnoresRevisions {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let stored = E::get_by_id(inside.unit(), entity.id()).await?;
        let revision = stored.map_or(entity.revision(), |stored| stored.revision());
        E::update(inside.unit(), entity.at_revision(revision)).await
    }
}

/// The answer of an update is at the revision it was made from.
#[derive(Debug, Clone)]
struct ForgetsToRaiseTheRevision;

#[async_trait]
impl Defect for ForgetsToRaiseTheRevision {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let revision = entity.revision();
        Ok(E::update(inside.unit(), entity).await?.at_revision(revision))
    }
}

/// What is not there to be updated is added.
#[derive(Debug, Clone)]
struct UpdatesTheAbsent;

#[async_trait]
impl Defect for UpdatesTheAbsent {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        match E::get_by_id(inside.unit(), entity.id()).await? {
            Some(_) => E::update(inside.unit(), entity).await,
            None => E::add(inside.unit(), entity).await,
        }
    }
}

/// What is there already is replaced by what is added.
#[derive(Debug, Clone)]
struct AddsOverTheStored;

#[async_trait]
impl Defect for AddsOverTheStored {
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        match E::get_by_id(inside.unit(), entity.id()).await? {
            Some(stored) => E::update(inside.unit(), entity.at_revision(stored.revision())).await,
            None => E::add(inside.unit(), entity).await,
        }
    }
}

/// An update without an error keeps the one of before, shown with executions.
#[derive(Debug, Clone)]
struct KeepsOldErrors;

#[async_trait]
impl Defect for KeepsOldErrors {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, mut entity: E) -> StoreResult<E> {
        let stored = E::get_by_id(inside.unit(), entity.id()).await?;
        let before =
            stored.and_then(|stored| (&stored as &dyn Any).downcast_ref::<Execution>()?.error.clone());
        on(&mut entity, |execution: &mut Execution| execution.error = execution.error.take().or(before));
        E::update(inside.unit(), entity).await
    }
}

/// A delete only looks whether there is something.
#[derive(Debug, Clone)]
struct ForgetsDeletes;

#[async_trait]
impl Defect for ForgetsDeletes {
    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        Ok(E::get_by_id(inside.unit(), id).await?.is_some())
    }
}

/// A delete is answered with this, whether or not there was something.
#[derive(Debug, Clone)]
struct AnswersDeletesWith(bool);

#[async_trait]
impl Defect for AnswersDeletesWith {
    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        E::delete(inside.unit(), id).await.map(|_| self.0)
    }
}

/// A workflow takes its executions with it.
#[derive(Debug, Clone)]
struct DeletesChildren;

#[async_trait]
impl Defect for DeletesChildren {
    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        if let Some(workflow) = (id as &dyn Any).downcast_ref() {
            let all = PageRequest::default();
            for child in inside.unit().executions().get_by_workflow(workflow, all).await?.items {
                inside.unit().executions().delete(&child.id).await?;
            }
        }
        E::delete(inside.unit(), id).await
    }
}

caught! {
    accepting_taken_unique_fields: AcceptsTakenUniqueFields::default() => [
        "workflows::adding_with_taken_unique_fields_is_refused",
        "node_boundaries::adding_with_taken_unique_fields_is_refused",
        "checkpoint_files::adding_with_taken_unique_fields_is_refused",
        "node_variants::adding_with_taken_unique_fields_is_refused",
        "workflows::add_all_with_unique_fields_twice_is_refused_wholly",
        "node_variants::updating_to_taken_unique_fields_is_refused",
        "units::one_of_many_tasks_takes_a_name",
        "bulk::unique_fields_twice_among_many_keep_none",
        "concurrent_writers::the_second_of_two_adds_with_equal_unique_fields_is_refused",
        "concurrent_writers::an_add_with_a_name_that_another_takes_by_an_update_is_refused",
    ];
    hiding_that_something_is_taken: Swallows(|error| matches!(error, StoreError::AlreadyExists { .. })) => [
        "executions::adding_under_a_taken_id_is_refused",
        "workflows::adding_with_taken_unique_fields_is_refused",
        "workflows::add_all_with_an_id_twice_is_refused_wholly",
        "failures::a_taken_unique_field_spends_the_unit",
        "bulk::an_id_twice_among_many_keeps_none",
    ];
    adding_over_what_is_stored: AddsOverTheStored => [
        "evaluation_results::adding_under_a_taken_id_is_refused",
        "failures::a_taken_unique_field_spends_the_unit",
        "failures::a_failure_does_not_disturb_a_reading_unit",
        "failures::a_spent_unit_rolls_back",
    ];
    accepting_a_dangling_reference: Swallows(|error| matches!(error, StoreError::MissingReference { .. })) => [
        "executions::adding_under_an_absent_parent_is_refused",
        "node_boundaries::adding_under_an_absent_parent_is_refused",
        "node_variants::updating_to_an_absent_parent_is_refused",
        "evaluation_results::add_all_with_one_under_an_absent_parent_is_refused_wholly",
        "references::a_child_before_its_parent_is_refused",
        "references::a_parent_deleted_in_the_same_unit_is_missing",
        "references::a_parent_whose_unit_was_rolled_back_is_missing",
        "bulk::a_missing_reference_among_many_keeps_none",
    ];
    deleting_what_is_referred_to: Swallows(|error| matches!(error, StoreError::StillReferenced { .. })) => [
        "workflows::deleting_a_workflow_with_executions_is_refused",
        "workflows::deleting_a_workflow_with_variants_is_refused",
        "executions::deleting_an_execution_with_boundaries_is_refused",
        "executions::deleting_an_execution_with_results_is_refused",
        "references::a_parent_before_its_children_cannot_be_deleted",
        "references::every_kind_of_child_keeps_its_parent",
        "references::a_child_of_the_same_unit_keeps_its_parent",
        "references::a_child_can_move_to_another_parent",
    ];
    writing_against_what_a_unit_still_sees: Swallows(|error| matches!(error, StoreError::Conflict { .. })) => [
        "interleaved_units::an_add_of_what_another_deletes_is_refused_with_a_conflict",
        "interleaved_units::a_write_with_a_name_that_another_gives_up_is_refused_with_a_conflict",
        "interleaved_units::a_delete_of_a_parent_whose_child_another_deletes_is_refused_with_a_conflict",
        "interleaved_units::a_delete_of_a_parent_whose_child_another_moves_away_is_refused_with_a_conflict",
    ];
    deleting_children_with_their_parent: DeletesChildren => [
        "workflows::deleting_a_workflow_with_executions_is_refused",
        "references::a_child_of_the_same_unit_keeps_its_parent",
    ];
    letting_a_stale_update_win: IgnoresRevisions => [
        "workflows::updating_from_an_older_revision_is_refused",
        "executions::updating_from_a_newer_revision_is_refused",
        "failures::a_stale_update_spends_the_unit",
    ];
    forgetting_to_raise_the_revision: ForgetsToRaiseTheRevision => [
        "executions::update_replaces_every_field_and_answers_the_next_revision",
        "node_boundaries::what_update_answers_can_be_updated_again",
        "values::revisions_are_kept_up_to_the_largest",
    ];
    adding_what_was_to_be_updated: UpdatesTheAbsent => [
        "workflows::updating_what_is_not_stored_is_refused",
        "executions::updating_what_was_deleted_is_refused",
        "failures::updating_what_is_absent_spends_the_unit",
    ];
    keeping_what_an_update_leaves_out: KeepsOldErrors => [
        "executions::update_keeps_nothing_of_fields_that_are_now_empty",
    ];
    forgetting_a_delete: ForgetsDeletes => [
        "checkpoint_files::what_is_deleted_is_found_no_more",
        "workflows::delete_answers_whether_it_was_there",
        "references::a_family_can_be_deleted_in_one_unit",
        "pages::deletes_during_a_walk_skip_nothing_else",
    ];
    always_claiming_to_have_deleted: AnswersDeletesWith(true) => [
        "workflows::delete_answers_whether_it_was_there",
        "evaluation_results::delete_answers_whether_it_was_there",
    ];
    never_claiming_to_have_deleted: AnswersDeletesWith(false) => [
        "executions::delete_answers_whether_it_was_there",
        "references::a_family_can_be_deleted_in_one_unit",
    ];
}
