//! What some store could not keep: refused by all, before anything is sent.

use super::{Field, assert_entries_refuse, assert_fields_refuse};
use crate::arrange::{add, stored_executions, two_executions, two_workflows};
use crate::expect::assert_refused;
use crate::shared::{Referring, Subject};
use crate::{Backend, samples};
use std::time::Duration;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, EventType, Execution, ExecutionError, Json, MAX_DURATION,
    MAX_KEY_TEXT_BYTES, MAX_TEXT_BYTES, Metric, NodeBoundary, NodeBoundaryError, NodeVariant, Workflow,
};
use wtb_ports::StoreError;

fn workflow() -> Workflow {
    samples::workflow("sound")
}

fn execution() -> Execution {
    samples::execution("sound", &two_workflows()[0])
}

fn boundary() -> NodeBoundary {
    samples::node_boundary("sound", &two_executions()[0], "retrieve")
}

fn variant() -> NodeVariant {
    samples::node_variant("sound", &two_workflows()[0], "retrieve")
}

fn result() -> EvaluationResult {
    samples::evaluation_result("sound", &two_executions()[0], "length")
}

fn metrics(name: String, value: f64, unit: Option<String>) -> Vec<Metric> {
    vec![Metric { name: "sound".to_owned(), value: 1.0, unit: None }, Metric { name, value, unit }]
}

/// PostgreSQL has no such character.
pub async fn a_nul_character_is_refused_in_every_text(store: Backend) {
    stored_executions(&store).await;
    let bad = "before\0after".to_owned();
    assert_fields_refuse(
        &store,
        workflow(),
        &bad,
        &[
            ("name", |workflow, bad| workflow.name = bad),
            ("description", |workflow, bad| workflow.description = bad),
            ("version", |workflow, bad| workflow.version = bad),
        ],
    )
    .await;
    assert_fields_refuse(
        &store,
        execution(),
        &bad,
        &[("error", |execution, message| {
            execution.error = Some(ExecutionError { message, node: None });
        })],
    )
    .await;
    assert_fields_refuse(
        &store,
        boundary(),
        &bad,
        &[("error", |boundary, message| {
            boundary.error = Some(NodeBoundaryError { message, details: None });
        })],
    )
    .await;
    assert_fields_refuse(
        &store,
        variant(),
        &bad,
        &[
            ("name", |variant, bad| variant.name = bad),
            ("description", |variant, bad| variant.description = bad),
        ],
    )
    .await;
    assert_fields_refuse(
        &store,
        result(),
        &bad,
        &[
            ("evaluator_name", |result, bad| result.evaluator_name = bad),
            ("evaluator_version", |result, bad| result.evaluator_version = bad),
            ("metrics", |result, bad| result.metrics = metrics(bad, 1.0, None)),
            ("metrics", |result, bad| result.metrics = metrics(String::new(), 1.0, Some(bad))),
            ("details", |result, bad| result.details = Some(bad)),
        ],
    )
    .await;
    assert_entries_refuse(
        &store,
        &bad,
        &[
            ("event_type", |entry, bad| entry.event_type = EventType::new(bad)),
            ("message", |entry, bad| entry.message = bad),
            ("error", |entry, bad| entry.error = Some(bad)),
        ],
    )
    .await;
}

/// SQLite would make NULL of some, and JSON has none of them.
pub async fn numbers_that_are_not_finite_are_refused(store: Backend) {
    stored_executions(&store).await;
    for (number, bad) in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].into_iter().enumerate() {
        let sound = samples::evaluation_result(&number.to_string(), &two_executions()[0], "length");
        assert_fields_refuse(
            &store,
            sound,
            &bad,
            &[
                ("score", |result, bad| result.score = bad),
                ("metrics", |result, bad| result.metrics = metrics(String::new(), bad, None)),
            ],
        )
        .await;
    }
}

/// Databases have no unsigned 64-bit integer.
pub async fn counts_beyond_the_largest_are_refused(store: Backend) {
    for bad in [i64::MAX.cast_unsigned() + 1, u64::MAX] {
        let sound = samples::checkpoint_file(&bad.to_string(), "commit");
        assert_fields_refuse(
            &store,
            sound,
            &bad,
            &[
                ("file_count", |file: &mut CheckpointFile, bad| file.file_count = bad),
                ("total_size_bytes", |file, bad| file.total_size_bytes = bad),
            ],
        )
        .await;
    }
}

/// By a single nanosecond.
pub async fn durations_beyond_the_longest_are_refused(store: Backend) {
    stored_executions(&store).await;
    let bad = MAX_DURATION + Duration::from_nanos(1);
    assert_fields_refuse(&store, result(), &bad, &[("duration", |result, bad| result.duration = bad)]).await;
    assert_entries_refuse(&store, &bad, &[("duration", |entry, bad| entry.duration = Some(bad))]).await;
}

/// By a single byte; an index holds no more.
pub async fn key_texts_beyond_the_longest_are_refused(store: Backend) {
    stored_executions(&store).await;
    let bad = "é".repeat(MAX_KEY_TEXT_BYTES / 2) + "!";
    assert_fields_refuse(
        &store,
        workflow(),
        &bad,
        &[("name", |workflow, bad| workflow.name = bad), ("version", |workflow, bad| workflow.version = bad)],
    )
    .await;
    assert_fields_refuse(&store, variant(), &bad, &[("name", |variant, bad| variant.name = bad)]).await;
    assert_fields_refuse(
        &store,
        result(),
        &bad,
        &[("evaluator_name", |result, bad| {
            result.evaluator_name = bad;
        })],
    )
    .await;
    let event_type: Field<AuditEntry, String> =
        ("event_type", |entry, bad| entry.event_type = EventType::new(bad));
    assert_entries_refuse(&store, &bad, &[event_type]).await;
}

/// A taken id, a missing parent, an absent row and an old revision come second.
pub async fn an_invalid_value_is_reported_before_anything_else(store: Backend) {
    stored_executions(&store).await;
    add(&store, &[execution()]).await;
    let spoilt = Execution { state: Json::new("{nope}"), ..execution() };
    for spoilt in [spoilt.clone(), spoilt.orphaned()] {
        let added = store.begin().await.executions().add(spoilt).await;
        assert_refused!(added, StoreError::InvalidValue { field: "state", .. });
    }
    let added = store.begin().await.executions().add_all(vec![execution(), spoilt.clone()]).await;
    assert_refused!(added, StoreError::InvalidValue { field: "state", .. });

    let absent = Execution { id: Execution::plain("absent").id, ..spoilt.clone() };
    let old = Execution { revision: spoilt.revision.next(), ..spoilt };
    for spoilt in [absent, old] {
        let updated = store.begin().await.executions().update(spoilt).await;
        assert_refused!(updated, StoreError::InvalidValue { field: "state", .. });
    }
}

/// More than PostgreSQL keeps in a value or SQLite in a row. The texts share their memory, and are refused unread.
pub async fn texts_and_rows_beyond_the_largest_are_refused(store: Backend) {
    stored_executions(&store).await;
    let text = String::from_utf8(vec![0; MAX_TEXT_BYTES + 1]).expect("text");
    let too_long = Json::new(text.as_str());
    assert_fields_refuse(
        &store,
        execution(),
        &too_long,
        &[
            ("initial_state", |execution, bad| execution.initial_state = bad),
            ("state", |execution, bad| execution.state = bad),
            ("metadata", |execution, bad| execution.metadata = bad),
        ],
    )
    .await;
    assert_entries_refuse(&store, &too_long, &[("details", |entry, bad| entry.details = bad)]).await;
    drop(too_long);
    // Two of the longest texts are as much as a row may have, so the braces of the third are too much.
    assert_fields_refuse(
        &store,
        samples::execution("row", &two_workflows()[0]),
        &Json::new(&text[1..]),
        &[("metadata", |execution, bad| {
            (execution.initial_state, execution.state) = (bad.clone(), bad);
        })],
    )
    .await;
    let spoilt = AuditEntry { message: text, ..samples::audit_entry("") };
    assert_refused!(
        store.begin().await.audit_logs().append_logs(None, vec![spoilt]).await,
        StoreError::InvalidValue { field: "message", .. },
    );
}
