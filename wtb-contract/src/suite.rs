//! The one list of cases, and the macro that turns it into tests.

use crate::Backend;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

type CaseFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One case of the contract: it panics on a store that breaks the rule.
#[derive(Clone, Copy)]
pub struct Case {
    /// The group it belongs to.
    pub group: &'static str,
    /// Its name, a sentence about behaviour.
    pub name: &'static str,
    run: fn(Backend) -> CaseFuture,
}

impl Case {
    /// Runs the case on an empty store.
    pub async fn run(&self, store: Backend) {
        (self.run)(store).await;
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// Turns the contract into tests of one adapter; see the [crate's documentation](crate).
#[macro_export]
macro_rules! contract {
    (open: $open:ident, groups: { $($(#[$attribute:meta])* $group:ident),+ $(,)? }) => {
        $($crate::contract_group!($group => contract_tests, [$open [$(#[$attribute])*]]);)+
    };
}

/// Hands the cases of a group to another macro of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_group {
    (workflows => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with workflows [adding reading updating deleting unique] [
            workflows_may_share_a_name_or_a_version,
            get_by_name_answers_the_version_added_last,
            get_by_name_is_not_swayed_by_updates,
            a_workflow_renamed_to_a_used_name_is_not_its_newest_version,
            get_by_name_answers_the_version_before_a_deleted_one,
            get_by_name_answers_none_for_names_that_are_only_similar,
            names_that_differ_in_case_are_different_names,
            get_by_name_and_version_finds_the_one_workflow,
            get_by_name_and_version_answers_none_unless_both_match,
            a_renamed_workflow_is_found_under_its_new_name_only,
            a_workflow_in_a_new_version_is_found_under_that_version_only,
            a_deleted_workflow_is_not_found_by_name,
            deleting_a_workflow_with_executions_is_refused,
            deleting_a_workflow_with_variants_is_refused,
            a_workflow_can_be_deleted_beside_one_with_executions,
            a_workflow_can_be_deleted_after_its_executions_and_variants,
        ] }
    };
    (executions => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with executions [adding reading updating deleting referring] [
            get_by_workflow_answers_only_its_executions,
            get_by_workflow_without_executions_is_empty,
            get_by_workflow_follows_an_execution_to_another_workflow,
            get_by_status_answers_only_executions_in_that_status,
            get_by_status_answers_executions_of_all_workflows,
            get_by_status_without_executions_is_empty,
            get_by_status_follows_an_execution_through_its_life,
            get_running_answers_only_running_executions,
            get_running_is_in_insertion_order,
            get_running_leaves_out_an_execution_that_pauses,
            get_running_is_empty_when_nothing_runs,
            a_deleted_execution_is_gone_from_every_list,
            deleting_an_execution_with_boundaries_is_refused,
            deleting_an_execution_with_results_is_refused,
            an_execution_can_be_deleted_after_its_boundaries_and_results,
        ] }
    };
    (node_boundaries => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with node_boundaries [adding reading updating deleting unique referring] [
            boundaries_may_share_all_but_one_of_session_node_and_attempt,
            get_by_session_answers_only_its_boundaries,
            get_by_session_of_an_unknown_session_is_empty,
            get_by_node_answers_the_highest_attempt_in_whatever_order_they_came,
            get_by_node_answers_the_node_and_session_asked_for,
            get_by_node_answers_none_unless_session_and_node_match,
            get_by_node_answers_the_attempt_before_a_deleted_one,
            get_by_node_follows_a_changed_attempt,
            get_completed_answers_only_completed_boundaries_of_the_session,
            get_completed_follows_a_boundary_through_its_life,
            get_completed_without_completed_boundaries_is_empty,
            get_by_execution_answers_only_its_boundaries,
            get_by_execution_without_boundaries_is_empty,
            a_moved_boundary_is_found_where_it_is_now,
            a_deleted_boundary_is_gone_from_every_lookup,
        ] }
    };
    (checkpoint_files => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with checkpoint_files [adding reading updating deleting unique] [
            get_by_checkpoint_finds_its_file_commit,
            get_by_checkpoint_answers_none_for_a_checkpoint_without_files,
            get_by_checkpoint_follows_a_changed_checkpoint,
            get_by_file_commit_answers_only_its_checkpoints,
            get_by_file_commit_of_an_unknown_commit_is_empty,
            get_by_file_commit_follows_a_changed_commit,
            a_deleted_checkpoint_file_is_gone_from_every_lookup,
        ] }
    };
    (node_variants => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with node_variants [adding reading updating deleting unique referring] [
            variants_may_share_all_but_one_of_workflow_node_and_name,
            get_by_node_answers_only_variants_of_the_node_of_the_workflow,
            get_by_node_is_empty_unless_workflow_and_node_match,
            get_by_node_follows_a_variant_to_another_node,
            get_active_answers_only_active_variants_of_the_node_of_the_workflow,
            get_active_leaves_out_a_variant_that_is_deactivated,
            get_active_answers_a_variant_that_is_active_again,
            get_active_without_active_variants_is_empty,
            get_by_workflow_answers_only_its_variants,
            get_by_workflow_without_variants_is_empty,
            a_variant_moved_to_another_workflow_is_found_there,
            a_deleted_variant_is_gone_from_every_list,
        ] }
    };
    (evaluation_results => $then:ident, $with:tt) => {
        $crate::contract_sets! { $then $with evaluation_results [adding reading updating deleting referring] [
            an_evaluator_may_judge_an_execution_many_times,
            get_by_execution_answers_only_its_results,
            get_by_execution_without_results_is_empty,
            get_by_execution_follows_a_result_to_another_execution,
            a_deleted_result_is_gone_from_its_execution,
        ] }
    };
    (audit_logs => $then:ident, $with:tt) => {
        $crate::$then! { $with audit_logs [
            appended_entries_are_listed_unchanged,
            entries_are_in_the_order_they_were_appended,
            the_same_entry_appended_twice_is_there_twice,
            appending_nothing_changes_nothing,
            the_log_of_an_empty_store_is_empty,
            entries_about_no_execution_are_given_that_of_the_log,
            entries_of_a_log_about_nothing_keep_what_they_are_about,
            an_entry_about_another_execution_is_refused_with_all_others,
            an_entry_that_cannot_be_kept_is_refused_with_all_others,
            entries_about_executions_that_are_not_stored_are_kept,
            entries_outlive_their_execution,
            get_by_execution_answers_only_entries_about_it,
            get_by_execution_without_entries_is_empty,
        ] }
    };
    (pages => $then:ident, $with:tt) => {
        $crate::$then! { $with pages [
            the_executions_of_a_workflow_are_walked,
            the_executions_with_a_status_are_walked,
            the_running_executions_are_walked,
            the_boundaries_of_a_session_are_walked,
            the_completed_boundaries_of_a_session_are_walked,
            the_boundaries_of_an_execution_are_walked,
            the_checkpoints_of_a_file_commit_are_walked,
            the_variants_of_a_node_are_walked,
            the_active_variants_of_a_node_are_walked,
            the_variants_of_a_workflow_are_walked,
            the_results_of_an_execution_are_walked,
            the_log_of_an_execution_is_walked,
            a_page_has_no_more_items_than_its_limit,
            the_last_page_has_no_next,
            an_empty_list_is_one_empty_page,
            a_page_has_a_hundred_items,
            every_kind_is_walked_in_insertion_order,
            the_log_is_walked_in_the_order_it_was_appended,
            a_cursor_survives_its_text_form,
            a_cursor_outlives_the_item_it_points_at,
            deletes_during_a_walk_skip_nothing_else,
            inserts_during_a_walk_come_at_its_end,
            updates_during_a_walk_move_nothing,
            what_is_added_again_comes_last,
            beyond_the_end_is_an_empty_page,
            a_long_list_is_walked_page_by_page,
            a_long_log_is_walked_page_by_page,
            a_walk_beside_a_writer_skips_and_repeats_nothing_that_stays,
        ] }
    };
    (values => $then:ident, $with:tt) => {
        $crate::$then! { $with values [
            documents_are_kept_byte_for_byte,
            an_update_that_only_respells_a_document_is_kept,
            a_null_document_is_not_an_absent_one,
            a_document_of_16_mib_is_kept,
            text_that_is_not_json_is_refused_in_every_document,
            documents_nested_too_deep_are_refused,
            times_are_kept_to_the_microsecond,
            floats_are_kept_to_the_last_bit,
            minus_zero_is_kept_as_zero,
            counts_are_kept_up_to_the_largest,
            attempts_are_kept_up_to_the_largest,
            revisions_are_kept_up_to_the_largest,
            durations_are_kept_to_the_nanosecond,
            a_nul_character_is_refused_in_every_text,
            numbers_that_are_not_finite_are_refused,
            counts_beyond_the_largest_are_refused,
            durations_beyond_the_longest_are_refused,
            key_texts_beyond_the_longest_are_refused,
            an_invalid_value_is_reported_before_anything_else,
            ids_are_kept_and_told_apart_by_their_bytes,
            ids_are_kept_in_every_field,
            texts_are_kept_as_they_were_written,
            names_are_told_apart_by_their_bytes,
            an_empty_text_is_not_an_absent_one,
            lists_inside_entities_are_kept_in_order,
            the_longest_texts_are_kept,
        ] }
    };
    (references => $then:ident, $with:tt) => {
        $crate::$then! { $with references [
            a_family_can_be_added_in_one_unit,
            a_child_before_its_parent_is_refused,
            a_family_can_be_deleted_in_one_unit,
            a_parent_before_its_children_cannot_be_deleted,
            every_kind_of_child_keeps_its_parent,
            a_child_of_the_same_unit_keeps_its_parent,
            a_child_can_move_to_another_parent,
            a_parent_deleted_in_the_same_unit_is_missing,
            a_parent_whose_unit_was_rolled_back_is_missing,
            a_child_whose_unit_was_rolled_back_does_not_keep_its_parent,
            entries_do_not_keep_their_execution,
        ] }
    };
    (units => $then:ident, $with:tt) => {
        $crate::$then! { $with units [
            a_begin_given_up_half_way_takes_nothing_with_it,
            every_call_given_up_half_way_leaves_nothing,
            a_call_given_up_half_way_spends_the_unit,
            a_commit_given_up_half_way_is_kept_wholly_or_not_at_all,
            a_rollback_given_up_half_way_leaves_nothing,
            a_unit_given_up_at_any_point_is_kept_wholly_or_not_at_all,
            a_unit_rolled_back_leaves_nothing,
            a_dropped_unit_leaves_nothing,
            a_panic_leaves_nothing,
            an_aborted_task_leaves_nothing,
            a_unit_that_did_nothing_commits_and_rolls_back,
            a_unit_that_only_read_commits_and_rolls_back,
            a_unit_can_be_sent_to_other_tasks,
            many_units_can_follow_one_another,
            a_dropped_unit_makes_room_for_the_one_that_waits,
            a_unit_sees_what_was_committed_before_it_began,
            tasks_that_count_together_lose_no_update,
            executions_added_by_many_tasks_are_all_kept,
            one_of_many_tasks_takes_a_name,
            a_unit_sees_its_own_writes_at_once,
            others_see_a_unit_only_after_its_commit_and_then_wholly,
            every_write_in_a_reading_unit_is_refused,
        ] }
    };
    (snapshots => $then:ident, $with:tt) => {
        $crate::$then! { $with snapshots [
            a_reading_unit_goes_on_seeing_what_it_saw_first,
            what_one_repository_shows_fits_what_another_shows_later,
            a_walk_in_one_unit_is_not_disturbed,
            reading_units_of_different_states_stay_apart,
            a_unit_that_writes_does_not_keep_others_from_reading,
            a_unit_that_reads_does_not_keep_others_from_writing,
            a_unit_sees_its_own_writes_in_lists_and_lookups,
            readers_beside_a_writer_see_whole_units,
        ] }
    };
    (failures => $then:ident, $with:tt) => {
        $crate::$then! { $with failures [
            an_invalid_value_spends_the_unit,
            a_taken_unique_field_spends_the_unit,
            a_failure_of_one_among_many_spends_the_unit,
            a_missing_reference_spends_the_unit,
            deleting_what_is_referred_to_spends_the_unit,
            updating_what_is_absent_spends_the_unit,
            a_stale_update_spends_the_unit,
            a_refused_entry_spends_the_unit,
            a_write_in_a_reading_unit_spends_it,
            a_spent_unit_rolls_back,
            a_swallowed_error_keeps_nothing,
            a_failure_does_not_disturb_a_reading_unit,
            many_failures_use_nothing_up,
        ] }
    };
    (bulk => $then:ident, $with:tt) => {
        $crate::$then! { $with bulk [
            any_number_of_entities_is_added_in_order,
            thousands_of_entities_are_added_in_order,
            several_bulk_writes_of_a_unit_follow_one_another,
            a_hundred_thousand_entries_are_appended_in_order,
            an_id_twice_among_many_keeps_none,
            unique_fields_twice_among_many_keep_none,
            a_missing_reference_among_many_keeps_none,
            an_invalid_value_among_many_keeps_none,
            an_invalid_entry_among_many_keeps_none,
            a_bulk_write_that_is_not_committed_leaves_nothing,
            large_documents_are_added_in_bulk,
            thousands_of_ids_are_read_in_the_order_asked,
            bulk_and_single_writes_share_one_order,
        ] }
    };
    (concurrent_writers => $then:ident, $with:tt) => {
        $crate::$then! { $with concurrent_writers [
            the_second_of_two_updates_of_a_row_is_refused,
            an_update_of_a_row_that_another_deletes_is_refused,
            a_delete_of_a_row_that_another_updates_is_refused,
            the_second_of_two_deletes_of_a_row_is_refused,
            the_second_of_two_adds_under_one_id_is_refused,
            the_second_of_two_adds_with_equal_unique_fields_is_refused,
            an_add_with_a_name_that_another_takes_by_an_update_is_refused,
            a_child_of_a_parent_that_another_deletes_is_refused,
            a_delete_of_a_parent_that_another_gives_a_child_is_refused,
            units_that_write_different_rows_both_commit,
            a_unit_that_writes_goes_on_seeing_what_it_saw_first,
            a_unit_that_rolled_back_makes_no_conflict,
            a_unit_that_read_what_another_changed_may_write_elsewhere,
        ] }
    };
    (waiting => $then:ident, $with:tt) => {
        $crate::$then! { $with waiting [
            a_second_unit_that_writes_waits_no_longer_than_it_may,
            a_second_unit_that_reads_waits_no_longer_than_it_may,
            many_units_that_wait_in_vain_use_nothing_up,
            a_unit_that_waits_begins_when_the_first_ends,
            a_unit_that_waits_begins_when_the_first_is_dropped,
            a_wait_that_is_given_up_takes_no_turn,
        ] }
    };
}

/// One test module per group.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ([$open:ident $attributes:tt] $group:ident [$($case:ident),* $(,)?]) => {
        mod $group {
            $($crate::contract_test!($open $attributes $group $case);)*
        }
    };
}

/// One test.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_test {
    ($open:ident [$($attribute:tt)*] $group:ident $case:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        $($attribute)*
        async fn $case() {
            let spec = $crate::StoreSpec::new(
                stringify!($group),
                concat!(stringify!($group), "::", stringify!($case)),
            );
            $crate::cases::$group::$case(super::$open(spec).await).await;
        }
    };
}

/// The cases of a group as values.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_values {
    ([] $group:ident [$($case:ident),* $(,)?]) => {
        &[$($crate::suite::Case {
            group: stringify!($group),
            name: stringify!($case),
            run: |store| Box::pin($crate::cases::$group::$case(store)),
        }),*]
    };
}

/// Every case of the contract.
pub fn all_cases() -> Vec<Case> {
    macro_rules! cases_of {
        ($($group:ident),+ $(,)?) => {
            [$({
                let cases: &[Case] = $crate::contract_group!($group => contract_values, []);
                cases
            }),*]
        };
    }
    cases_of![
        workflows,
        executions,
        node_boundaries,
        checkpoint_files,
        node_variants,
        evaluation_results,
        audit_logs,
        pages,
        values,
        references,
        units,
        snapshots,
        failures,
        bulk,
        concurrent_writers,
        waiting
    ]
    .concat()
}
