//! The list of the cases about rules that all repositories keep.

/// Hands the cases of such a group to another macro of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_rule {
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
            a_page_ends_with_the_item_that_fills_it,
            a_page_of_the_log_ends_with_the_entry_that_fills_it,
            the_last_page_has_no_next,
            an_empty_list_is_one_empty_page,
            a_page_has_a_hundred_items,
            a_large_page_is_whole,
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
            texts_and_rows_beyond_the_largest_are_refused,
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
            tasks_that_look_before_they_add_all_succeed,
            a_unit_sees_its_own_writes_at_once,
            others_see_a_unit_only_after_its_commit_and_then_wholly,
            every_write_in_a_reading_unit_is_refused,
            own_writes_are_read_right_after_their_commit,
            tasks_read_what_they_wrote_beside_each_other,
            a_unit_that_reads_own_writes_reads_one_snapshot_and_writes_nothing,
            a_commit_given_up_half_way_is_an_own_write_once_it_is_seen,
        ] }
    };
    (outcomes => $then:ident, $with:tt) => {
        $crate::$then! { $with outcomes [
            a_unit_that_was_committed_is_kept,
            a_unit_that_was_rolled_back_is_not_kept,
            a_unit_that_was_dropped_is_not_kept,
            a_unit_that_failed_is_not_kept,
            a_unit_that_was_given_up_at_any_point_has_an_outcome_that_is_true,
            an_open_unit_has_no_outcome_yet,
            an_outcome_stays_after_many_later_units,
            units_of_many_tasks_have_each_their_outcome,
            a_unit_has_one_id_however_often_it_is_asked,
            units_have_different_ids_however_they_end,
            a_unit_that_was_identified_sees_and_keeps_what_others_do,
            a_unit_that_reads_cannot_be_identified,
            a_spent_unit_cannot_be_identified,
            a_unit_that_nobody_made_is_forgotten,
        ] }
    };
    (snapshots => $then:ident, $with:tt) => {
        $crate::$then! { $with snapshots [
            a_reading_unit_sees_the_state_it_began_in,
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
            a_writing_unit_sees_the_state_it_began_in,
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
    (interleaved_units => $then:ident, $with:tt) => {
        $crate::$then! { $with interleaved_units [
            a_unit_that_looked_by_id_before_it_adds_is_refused_with_a_conflict,
            a_unit_that_looked_by_unique_fields_before_it_adds_is_refused_with_a_conflict,
            an_add_beside_the_commit_of_the_same_is_refused_with_a_conflict,
            an_add_beside_the_rollback_of_the_same_is_kept,
            an_update_to_unique_fields_that_another_takes_is_refused_with_a_conflict,
            a_row_of_its_own_in_the_way_of_an_add_is_no_conflict,
            a_row_that_a_unit_sees_in_the_way_of_an_add_is_no_conflict,
            the_same_twice_in_one_call_is_no_conflict,
            an_add_of_what_another_deletes_is_refused_with_a_conflict,
            an_add_of_what_another_deletes_and_adds_again_is_refused_for_good,
            a_write_with_a_name_that_another_gives_up_is_refused_with_a_conflict,
            a_delete_beside_the_commit_of_a_child_is_refused_with_a_conflict,
            a_child_beside_the_commit_of_a_delete_is_refused_with_a_conflict,
            a_delete_of_a_parent_whose_child_another_deletes_is_refused_with_a_conflict,
            a_delete_of_a_parent_whose_child_another_moves_away_is_refused_with_a_conflict,
            a_child_that_a_unit_sees_keeps_its_parent_whatever_others_add,
            a_child_of_a_parent_that_another_adds_is_refused,
            an_update_beside_the_commit_of_a_delete_is_refused_with_a_conflict,
            a_delete_beside_the_commit_of_an_update_is_refused_with_a_conflict,
            units_that_each_read_what_the_other_writes_are_both_kept,
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
