//! The list of the cases about one repository each; the other groups follow in `rules.rs`.

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
            a_name_or_version_that_cannot_be_stored_is_not_found,
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
            settled_entries_are_those_of_the_log_in_its_order,
            a_log_without_entries_has_no_settled_ones,
            list_settled_by_execution_answers_only_entries_about_it,
            entries_of_the_unit_that_reads_are_not_settled,
            entries_of_a_unit_that_commits_late_are_neither_missed_nor_repeated,
            a_unit_that_was_not_committed_does_not_hold_the_log_back,
            a_follower_beside_many_writers_misses_and_repeats_nothing,
        ] }
    };
    ($rule:ident => $then:ident, $with:tt) => {
        $crate::contract_rule! { $rule => $then, $with }
    };
}
