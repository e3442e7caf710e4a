//! Documents: byte for byte, or refused because they are none.

use super::{assert_entries_refuse, assert_fields_refuse, assert_kept, assert_logged};
use crate::arrange::{read_back, stored_executions, two_executions, two_workflows, update};
use crate::{Backend, samples};
use wtb_domain::{
    AuditEntry, EvaluationResult, Execution, Json, MAX_DEPTH, NodeBoundary, NodeBoundaryError, NodeVariant,
    Workflow,
};

/// Documents that parsing and writing again would change, or that a stricter reader would refuse.
const DOCUMENTS: [&str; 24] = [
    "{}",
    "[]",
    "null",
    "true",
    "0",
    "-0",
    "\"\"",
    "\"text\"",
    " {  } ",
    "\r\n\t[ 1 ,\n 2 ]\n",
    r#"{"b": 1, "a": 2}"#,
    r#"{"a": 1, "a": {"a": 2}, "a": 3}"#,
    r#"{"": {"": []}}"#,
    "1.10",
    "1e400",
    "-1E-7",
    "[1E+2, 1e2, 100.0, 100]",
    "123456789012345678901234567890.12345678901234567890",
    r#""\u0000""#,
    r#""\ud800 \udc00\ud83e\udd80""#,
    r#""\u00e9 é \/ / \b\f\n\r\t\"\\""#,
    "\"🦀\u{10ffff}\u{2028}\u{7f}\"",
    "{\"e\u{301}\": 1, \"\u{e9}\": 2}",
    r#"{"it's": "'; DROP TABLE workflows; -- $1 ?1 :a"}"#,
];

/// Those above, and one nested as deep as may be.
fn documents() -> Vec<Json> {
    let nested = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    DOCUMENTS.into_iter().chain([nested.as_str()]).map(Json::new).collect()
}

/// In every field that is one.
pub async fn documents_are_kept_byte_for_byte(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut entries = Vec::new();
    for (number, document) in documents().into_iter().enumerate() {
        let name = format!("document-{number}");
        let workflow =
            Workflow { definition: document.clone(), metadata: document.clone(), ..samples::workflow(&name) };
        let execution = Execution {
            initial_state: document.clone(),
            state: document.clone(),
            metadata: document.clone(),
            ..samples::execution(&name, &two_workflows()[0])
        };
        let error = NodeBoundaryError { message: String::new(), details: Some(document.clone()) };
        let boundary = NodeBoundary { error: Some(error), ..samples::node_boundary(&name, &run, "retrieve") };
        let variant = NodeVariant {
            definition: document.clone(),
            metadata: document.clone(),
            ..samples::node_variant(&name, &two_workflows()[0], "retrieve")
        };
        let result = EvaluationResult {
            raw_output: Some(document.clone()),
            metadata: document.clone(),
            ..samples::evaluation_result(&name, &run, "length")
        };
        assert_kept(&store, &[workflow]).await;
        assert_kept(&store, &[execution]).await;
        assert_kept(&store, &[boundary]).await;
        assert_kept(&store, &[variant]).await;
        assert_kept(&store, &[result]).await;
        entries.push(AuditEntry { details: document, ..samples::audit_entry(&name) });
    }
    assert_logged(&store, &entries).await;
}

/// An update replaces the text even if the values stay the same.
pub async fn an_update_that_only_respells_a_document_is_kept(store: Backend) {
    stored_executions(&store).await;
    let spelt = |text: &str| Execution {
        state: Json::new(text),
        ..samples::execution("respelt", &two_workflows()[0])
    };
    assert_kept(&store, &[spelt(r#"{"a":1.1,"b":2}"#)]).await;
    let updated = update(&store, spelt(r#"{ "b": 2, "a": 1.10 }"#)).await;
    assert_eq!(read_back(&store, &updated).await, Some(updated));
}

/// The document `null` is there, no document is not.
pub async fn a_null_document_is_not_an_absent_one(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let results = [("null", Some(Json::new("null"))), ("absent", None)].map(|(name, raw_output)| {
        EvaluationResult { raw_output, ..samples::evaluation_result(name, &run, "length") }
    });
    assert_kept(&store, &results).await;
    let boundaries = [("null", Some(Json::new("null"))), ("absent", None)].map(|(name, details)| {
        let error = Some(NodeBoundaryError { message: String::new(), details });
        NodeBoundary { error, ..samples::node_boundary(name, &run, "retrieve") }
    });
    assert_kept(&store, &boundaries).await;
}

/// The state of a run may hold whole files.
pub async fn a_document_of_16_mib_is_kept(store: Backend) {
    stored_executions(&store).await;
    let text = "\\\"é🦀 ".repeat(16 * 1024 * 1024 / 9);
    let execution = Execution {
        state: Json::new(format!("{{\"text\": \"{text}\"}}")),
        ..samples::execution("large", &two_workflows()[0])
    };
    assert!(execution.state.as_str().len() > 15 * 1024 * 1024);
    let mut unit = store.begin().await;
    unit.executions().add(execution.clone()).await.expect("added");
    unit.commit().await.expect("committed");

    let found = read_back(&store, &execution).await;
    assert!(found == Some(execution), "the document changed");
}

/// Panics unless this text is refused in every field that is a document.
async fn assert_no_document(store: &Backend, name: usize, text: &str) {
    let bad = Json::new(text);
    let name = format!("sound-{name}");
    assert_fields_refuse(
        store,
        samples::workflow(&name),
        &bad,
        &[
            ("definition", |workflow, bad| workflow.definition = bad),
            ("metadata", |workflow, bad| workflow.metadata = bad),
        ],
    )
    .await;
    assert_fields_refuse(
        store,
        samples::execution(&name, &two_workflows()[0]),
        &bad,
        &[
            ("initial_state", |execution, bad| execution.initial_state = bad),
            ("state", |execution, bad| execution.state = bad),
            ("metadata", |execution, bad| execution.metadata = bad),
        ],
    )
    .await;
    assert_fields_refuse(
        store,
        samples::node_boundary(&name, &two_executions()[0], "retrieve"),
        &bad,
        &[("error", |boundary, bad| {
            boundary.error = Some(NodeBoundaryError { message: String::new(), details: Some(bad) });
        })],
    )
    .await;
    assert_fields_refuse(
        store,
        samples::node_variant(&name, &two_workflows()[0], "retrieve"),
        &bad,
        &[
            ("definition", |variant, bad| variant.definition = bad),
            ("metadata", |variant, bad| variant.metadata = bad),
        ],
    )
    .await;
    assert_fields_refuse(
        store,
        samples::evaluation_result(&name, &two_executions()[0], "length"),
        &bad,
        &[
            ("raw_output", |result, bad| result.raw_output = Some(bad)),
            ("metadata", |result, bad| result.metadata = bad),
        ],
    )
    .await;
    assert_entries_refuse(store, &bad, &[("details", |entry, bad| entry.details = bad)]).await;
}

/// Some of it is JSON to more generous readers.
pub async fn text_that_is_not_json_is_refused_in_every_document(store: Backend) {
    stored_executions(&store).await;
    let texts =
        ["", "{nope}", "{'a': 1}", "[1,]", "{} {}", "NaN", "01", "\"\\x\"", "\"\0\"", "/**/ 1", "\u{feff}1"];
    for (number, text) in texts.into_iter().enumerate() {
        assert_no_document(&store, number, text).await;
    }
}

/// SQLite reads no deeper than that with room to spare.
pub async fn documents_nested_too_deep_are_refused(store: Backend) {
    stored_executions(&store).await;
    let nested = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
    assert_no_document(&store, 0, &nested).await;
}
