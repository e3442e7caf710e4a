//! Values that change on the way in or out, bad ones that are made acceptable, and bulk writes that lose some.

use super::caught;
use async_trait::async_trait;
use std::any::Any;
use std::time::Duration;
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, Inside};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionId, Json, MAX_DURATION, MAX_TEXT_BYTES,
    NodeBoundary, Timestamp, Workflow,
};
use wtb_ports::{StoreError, StoreResult};

/// Changes the item if it is a `T`.
pub(crate) fn on<T: 'static>(item: &mut dyn Any, change: impl FnOnce(&mut T)) {
    if let Some(item) = item.downcast_mut() {
        change(item);
    }
}

/// Everything that is read goes through this.
#[derive(Debug, Clone)]
struct Reads(fn(&mut dyn Any));

impl Defect for Reads {
    fn read(&self, item: &mut dyn Any) {
        (self.0)(item);
    }
}

/// Everything that is written goes through this.
#[derive(Debug, Clone)]
struct Writes(fn(&mut dyn Any));

impl Defect for Writes {
    fn write(&self, item: &mut dyn Any) {
        (self.0)(item);
    }
}

/// Answers what it was given instead of what is stored.
#[derive(Debug, Clone)]
struct AnswersWhatWasGiven;

#[async_trait]
impl Defect for AnswersWhatWasGiven {
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        E::add(inside.unit(), entity.clone()).await?;
        Ok(entity)
    }
}

/// Looks for the workflow of an execution before it looks at its values.
#[derive(Debug, Clone)]
struct ChecksValuesLast;

#[async_trait]
impl Defect for ChecksValuesLast {
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        if let Some(execution) = (&entity as &dyn Any).downcast_ref::<Execution>() {
            let parent = inside.unit().workflows().get_by_id(&execution.workflow_id).await?;
            if parent.is_none() {
                let refers_to = wtb_domain::EntityKind::Workflow;
                return Err(StoreError::MissingReference { entity: E::KIND, refers_to });
            }
        }
        E::add(inside.unit(), entity).await
    }
}

/// Bulk writes are cut into pieces of a thousand, each of which is kept on its own.
#[derive(Debug, Clone)]
struct KeepsPrefixes;

#[async_trait]
impl Defect for KeepsPrefixes {
    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        let mut added = Vec::new();
        for piece in entities.chunks(1_000) {
            if !added.is_empty() {
                inside.commit_and_go_on().await;
            }
            added.extend(E::add_all(inside.unit(), piece.to_vec()).await?);
        }
        Ok(added)
    }
}

/// Bulk writes store what this makes of them, and answer what was given.
#[derive(Debug, Clone)]
struct Bulk(fn(usize) -> Vec<usize>);

#[async_trait]
impl Defect for Bulk {
    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        let written = (self.0)(entities.len()).into_iter().map(|place| entities[place].clone()).collect();
        E::add_all(inside.unit(), written).await?;
        Ok(entities)
    }
}

/// Entries are appended to the log of this execution, and as this makes them.
#[derive(Debug, Clone)]
struct Appends {
    log: fn(Option<&ExecutionId>) -> Option<&ExecutionId>,
    entries: fn(Option<&ExecutionId>, &mut Vec<AuditEntry>),
}

#[async_trait]
impl Defect for Appends {
    async fn append_logs(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        mut entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        (self.entries)(execution_id, &mut entries);
        inside.unit().audit_logs().append_logs((self.log)(execution_id), entries).await
    }
}

fn without_spaces(json: &Json) -> Json {
    Json::new(json.as_str().replace([' ', '\n', '\r', '\t'], ""))
}

fn to_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros().div_euclid(1_000) * 1_000).unwrap_or(at)
}

caught! {
    rewriting_a_document: Reads(|item| {
        on(item, |workflow: &mut Workflow| workflow.definition = without_spaces(&workflow.definition));
        on(item, |execution: &mut Execution| execution.state = without_spaces(&execution.state));
        on(item, |entry: &mut AuditEntry| entry.details = without_spaces(&entry.details));
    }) => [
        "values::documents_are_kept_byte_for_byte",
        "values::an_update_that_only_respells_a_document_is_kept",
        "workflows::what_is_added_is_answered_and_found_by_its_id",
        "audit_logs::appended_entries_are_listed_unchanged",
    ];
    cutting_a_large_document: Reads(|item| on(item, |execution: &mut Execution| {
        if execution.state.as_str().len() > 1 << 20 {
            execution.state = Json::empty_object();
        }
    })) => ["values::a_document_of_16_mib_is_kept"];
    taking_a_null_document_for_none: Reads(|item| on(item, |result: &mut EvaluationResult| {
        result.raw_output = result.raw_output.take().filter(|json| json.as_str() != "null");
    })) => ["values::a_null_document_is_not_an_absent_one"];
    cutting_times_to_milliseconds: Reads(|item| {
        on(item, |workflow: &mut Workflow| workflow.updated_at = to_milliseconds(workflow.updated_at));
    }) => [
        "values::times_are_kept_to_the_microsecond",
        "workflows::update_replaces_every_field_and_answers_the_next_revision",
    ];
    cutting_the_times_of_entries: Reads(|item| {
        on(item, |entry: &mut AuditEntry| entry.timestamp = to_milliseconds(entry.timestamp));
    }) => ["values::times_are_kept_to_the_microsecond", "pages::a_long_log_is_walked_page_by_page"];
    cutting_a_score_to_32_bits: Reads(|item| on(item, |result: &mut EvaluationResult| {
        result.score = result.score.to_string().parse::<f32>().map_or(result.score, f64::from);
    })) => ["values::floats_are_kept_to_the_last_bit"];
    writing_metrics_with_few_digits: Reads(|item| on(item, |result: &mut EvaluationResult| {
        for metric in &mut result.metrics {
            metric.value = format!("{:.15e}", metric.value).parse().unwrap_or(metric.value);
        }
    })) => ["values::floats_are_kept_to_the_last_bit"];
    answering_what_was_given: AnswersWhatWasGiven => ["values::minus_zero_is_kept_as_zero"];
    cutting_a_count_to_32_bits: Reads(|item| {
        on(item, |file: &mut CheckpointFile| file.total_size_bytes &= u64::from(u32::MAX));
    }) => ["values::counts_are_kept_up_to_the_largest"];
    cutting_an_attempt_to_31_bits: Reads(|item| on(item, |boundary: &mut NodeBoundary| {
        boundary.attempt = boundary.attempt.min(i32::MAX.cast_unsigned().try_into().expect("not zero"));
    })) => ["values::attempts_are_kept_up_to_the_largest"];
    cutting_a_duration_to_microseconds: Reads(|item| {
        let cut = |duration: Duration| Duration::from_micros(u64::try_from(duration.as_micros()).unwrap_or(0));
        on(item, |result: &mut EvaluationResult| result.duration = cut(result.duration));
        on(item, |entry: &mut AuditEntry| entry.duration = entry.duration.map(cut));
    }) => ["values::durations_are_kept_to_the_nanosecond"];
    trimming_a_text: Reads(|item| {
        on(item, |workflow: &mut Workflow| workflow.description = workflow.description.trim().to_owned());
    }) => ["values::texts_are_kept_as_they_were_written"];
    composing_characters: Writes(|item| {
        on(item, |workflow: &mut Workflow| workflow.name = workflow.name.replace("e\u{301}", "\u{e9}"));
    }) => ["values::texts_are_kept_as_they_were_written", "values::names_are_told_apart_by_their_bytes"];
    folding_case: Writes(|item| on(item, |workflow: &mut Workflow| workflow.name = workflow.name.to_lowercase()))
    => ["values::texts_are_kept_as_they_were_written", "values::names_are_told_apart_by_their_bytes"];
    cutting_a_long_text: Reads(|item| {
        on(item, |result: &mut EvaluationResult| {
            result.details = result.details.take().map(|details| details.chars().take(1 << 16).collect());
        });
    }) => ["values::the_longest_texts_are_kept"];
    taking_an_empty_text_for_none: Reads(|item| on(item, |result: &mut EvaluationResult| {
        result.details = result.details.take().filter(|details| !details.is_empty());
    })) => ["values::an_empty_text_is_not_an_absent_one", "values::texts_are_kept_as_they_were_written"];
    dropping_repeated_nodes: Reads(|item| {
        on(item, |execution: &mut Execution| execution.execution_path.dedup());
        on(item, |execution: &mut Execution| execution.breakpoints.sort());
    }) => ["values::lists_inside_entities_are_kept_in_order"];
    accepting_numbers_that_are_not_finite: Writes(|item| on(item, |result: &mut EvaluationResult| {
        result.score = if result.score.is_finite() { result.score } else { 0.0 };
    })) => ["values::numbers_that_are_not_finite_are_refused"];
    accepting_text_that_is_not_json: Writes(|item| on(item, |execution: &mut Execution| {
        if execution.state.check().is_err() {
            execution.state = Json::empty_object();
        }
    })) => [
        "values::text_that_is_not_json_is_refused_in_every_document",
        "values::documents_nested_too_deep_are_refused",
        "values::an_invalid_value_is_reported_before_anything_else",
        "bulk::an_invalid_value_among_many_keeps_none",
    ];
    dropping_nul_characters: Writes(|item| {
        on(item, |entry: &mut AuditEntry| entry.message = entry.message.replace('\0', ""));
    }) => ["values::a_nul_character_is_refused_in_every_text"];
    cutting_documents_that_are_too_long: Writes(|item| on(item, |execution: &mut Execution| {
        if execution.state.as_str().len() > MAX_TEXT_BYTES {
            execution.state = Json::empty_object();
        }
    })) => ["values::texts_and_rows_beyond_the_largest_are_refused"];
    cutting_rows_that_are_too_long: Writes(|item| on(item, |execution: &mut Execution| {
        if execution.state.as_str().len() == MAX_TEXT_BYTES {
            (execution.initial_state, execution.state) = (Json::empty_object(), Json::empty_object());
        }
    })) => ["values::texts_and_rows_beyond_the_largest_are_refused"];
    accepting_counts_beyond_the_largest: Writes(|item| {
        on(item, |file: &mut CheckpointFile| file.file_count &= i64::MAX.cast_unsigned());
    }) => ["values::counts_beyond_the_largest_are_refused"];
    accepting_durations_beyond_the_longest: Writes(|item| {
        on(item, |entry: &mut AuditEntry| entry.duration = entry.duration.map(|d| d.min(MAX_DURATION)));
    }) => ["values::durations_beyond_the_longest_are_refused"];
    cutting_names_that_are_too_long: Writes(|item| on(item, |workflow: &mut Workflow| {
        workflow.name = workflow.name.chars().take(500).collect();
    })) => ["values::key_texts_beyond_the_longest_are_refused", "values::the_longest_texts_are_kept"];
    checking_values_last: ChecksValuesLast => ["values::an_invalid_value_is_reported_before_anything_else"];
    keeping_a_prefix_of_a_bulk_write: KeepsPrefixes => [
        "bulk::an_id_twice_among_many_keeps_none",
        "bulk::unique_fields_twice_among_many_keep_none",
        "bulk::a_missing_reference_among_many_keeps_none",
        "bulk::a_bulk_write_that_is_not_committed_leaves_nothing",
    ];
    writing_a_thousand_at_most: Bulk(|count| (0..count.min(1_000)).collect()) => [
        "bulk::thousands_of_entities_are_added_in_order",
        "bulk::thousands_of_ids_are_read_in_the_order_asked",
    ];
    writing_in_bulk_backwards: Bulk(|count| (0..count).rev().collect()) => [
        "workflows::add_all_answers_and_lists_in_the_order_given",
        "bulk::any_number_of_entities_is_added_in_order",
        "bulk::several_bulk_writes_of_a_unit_follow_one_another",
        "bulk::bulk_and_single_writes_share_one_order",
    ];
    forgetting_the_execution_of_a_log: Appends { log: |_| None, entries: |_, _| {} } => [
        "audit_logs::entries_about_no_execution_are_given_that_of_the_log",
        "audit_logs::an_entry_about_another_execution_is_refused_with_all_others",
    ];
    giving_entries_another_execution: Appends {
        log: |log| log,
        entries: |log, entries| entries.iter_mut().for_each(|entry| entry.execution_id = log.cloned()),
    } => [
        "audit_logs::an_entry_about_another_execution_is_refused_with_all_others",
        "audit_logs::entries_of_a_log_about_nothing_keep_what_they_are_about",
    ];
    sorting_entries_by_time: Appends {
        log: |log| log,
        entries: |_, entries| entries.sort_by_key(|entry| entry.timestamp),
    } => [
        "pages::the_log_is_walked_in_the_order_it_was_appended",
        "bulk::a_hundred_thousand_entries_are_appended_in_order",
    ];
    dropping_equal_entries: Appends { log: |log| log, entries: |_, entries| entries.dedup() } => [
        "audit_logs::the_same_entry_appended_twice_is_there_twice",
    ];
    dropping_bad_entries: Appends {
        log: |log| log,
        entries: |_, entries| entries.retain(|entry| entry.details.check().is_ok()),
    } => [
        "bulk::an_invalid_entry_among_many_keeps_none",
        "audit_logs::an_entry_that_cannot_be_kept_is_refused_with_all_others",
    ];
}
