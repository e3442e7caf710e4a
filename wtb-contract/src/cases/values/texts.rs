//! Texts and ids: every character as it was written.

use super::{assert_kept, assert_logged};
use crate::arrange::{add, read_back, stored_executions, stored_workflows, two_workflows};
use crate::{Backend, samples};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, EventType, Execution, ExecutionError, MAX_KEY_TEXT_BYTES,
    Metric, NodeBoundary, NodeBoundaryError, NodeId, NodeVariant, Workflow, WorkflowId,
};

/// Texts that quoting, escaping, trimming, folding or normalising would change.
const TEXTS: [&str; 18] = [
    "plain",
    " spaces around ",
    "UPPER and lower",
    "upper and lower",
    "it's \"quoted\" `three` ways",
    "50% of a_b\\c",
    "$1 ?1 :name @name ${x} {0}",
    "'; DROP TABLE workflows; --",
    "null",
    "NaN",
    "007",
    "1e3",
    "\u{e9}t\u{e9}",
    "e\u{301}te\u{301}",
    "\u{fb01}ne \u{2126} \u{212b}",
    "🦀👩‍👩‍👧\u{10ffff}",
    "\u{202e}rtl\u{200b}\u{feff}",
    "ПРИВЕТ مرحبا 你好",
];

/// As above, and with characters that ids do not have.
fn texts() -> Vec<String> {
    let more = ["", "\n", "line\r\nbreaks\tand\u{1}controls\u{7f}\u{85}"];
    TEXTS.into_iter().chain(more).map(str::to_owned).collect()
}

/// The longest id there is: 255 bytes, none of which can be left out.
fn longest(end: &str) -> String {
    let text: String =
        (0..255 - end.len()).map(|place| char::from(b'!' + u8::try_from(place % 90).unwrap_or(0))).collect();
    text + end
}

/// All of them different, though some look the same.
pub async fn ids_are_kept_and_told_apart_by_their_bytes(store: Backend) {
    let workflow = |(number, id): (usize, &String)| Workflow {
        id: samples::id(id),
        ..samples::workflow(&number.to_string())
    };
    let ids: Vec<_> = TEXTS.map(str::to_owned).into_iter().chain([longest("1"), longest("2")]).collect();
    let workflows: Vec<_> = ids.iter().enumerate().map(workflow).collect();
    assert_kept(&store, &workflows).await;

    let absent: Vec<WorkflowId> = ["PLAIN", "plain ", "plain%", "%", "pl_in", "*"].map(samples::id).to_vec();
    let found = store.begin_read().await.workflows().get_by_ids(&absent).await.expect("read");
    assert_eq!(found, []);
}

/// Every id an entity has, also those inside lists.
pub async fn ids_are_kept_in_every_field(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let path: Vec<NodeId> = TEXTS.map(samples::id).into_iter().chain([samples::id(&longest("n"))]).collect();
    for (number, text) in TEXTS.map(str::to_owned).into_iter().chain([longest("f")]).enumerate() {
        let execution = Execution {
            id: samples::id(&text),
            session_id: Some(samples::id(&text)),
            checkpoint_id: Some(samples::id(&text)),
            current_node: Some(samples::id(&text)),
            execution_path: path.clone(),
            breakpoints: path.clone(),
            error: Some(ExecutionError { message: text.clone(), node: Some(samples::id(&text)) }),
            ..samples::execution("ids", &loans)
        };
        let boundary = NodeBoundary {
            id: samples::id(&text),
            session_id: samples::id(&text),
            entry_checkpoint_id: Some(samples::id(&text)),
            exit_checkpoint_id: Some(samples::id(&text)),
            node_id: samples::id(&text),
            ..samples::node_boundary("ids", &execution, "any")
        };
        let file = CheckpointFile {
            id: samples::id(&text),
            checkpoint_id: samples::id(&text),
            ..samples::checkpoint_file(&number.to_string(), &text)
        };
        let variant = NodeVariant {
            id: samples::id(&text),
            node_id: samples::id(&text),
            ..samples::node_variant("ids", &loans, "any")
        };
        let result = EvaluationResult {
            id: samples::id(&text),
            ..samples::evaluation_result("ids", &execution, "length")
        };
        assert_kept(&store, &[execution]).await;
        assert_kept(&store, &[boundary]).await;
        assert_kept(&store, &[file]).await;
        assert_kept(&store, &[variant]).await;
        assert_kept(&store, &[result]).await;
    }
}

/// In every text field there is.
pub async fn texts_are_kept_as_they_were_written(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut entries = Vec::new();
    for (number, text) in texts().into_iter().enumerate() {
        let name = format!("text-{number}");
        let workflow = Workflow {
            name: text.clone(),
            description: text.clone(),
            version: text.clone(),
            ..samples::workflow(&name)
        };
        let execution = Execution {
            error: Some(ExecutionError { message: text.clone(), node: None }),
            ..samples::execution(&name, &workflow)
        };
        let boundary = NodeBoundary {
            error: Some(NodeBoundaryError { message: text.clone(), details: None }),
            ..samples::node_boundary(&name, &run, "retrieve")
        };
        let variant = NodeVariant {
            workflow_id: workflow.id.clone(),
            name: text.clone(),
            description: text.clone(),
            ..samples::node_variant(&name, &two_workflows()[0], "retrieve")
        };
        let result = EvaluationResult {
            evaluator_version: text.clone(),
            metrics: vec![Metric { name: text.clone(), value: 1.0, unit: Some(text.clone()) }],
            details: Some(text.clone()),
            ..samples::evaluation_result(&name, &run, &text)
        };
        assert_kept(&store, &[workflow]).await;
        assert_kept(&store, &[execution]).await;
        assert_kept(&store, &[boundary]).await;
        assert_kept(&store, &[variant]).await;
        assert_kept(&store, &[result]).await;
        let error = Some(text.clone());
        entries.push(AuditEntry {
            event_type: EventType::new(text.clone()),
            error,
            ..samples::audit_entry(&text)
        });
    }
    assert_logged(&store, &entries).await;
}

/// Their lookups tell them apart as well.
pub async fn names_are_told_apart_by_their_bytes(store: Backend) {
    let workflow =
        |(number, name): (usize, String)| Workflow { name, ..samples::workflow(&number.to_string()) };
    let workflows: Vec<_> = texts().into_iter().enumerate().map(workflow).collect();
    add(&store, &workflows).await;
    let mut unit = store.begin_read().await;
    for workflow in workflows {
        let found = unit.workflows().get_by_name(&workflow.name).await.expect("read");
        assert_eq!(found.as_ref(), Some(&workflow));
    }
    assert_eq!(unit.workflows().get_by_name("PLAIN").await.expect("read"), None);
}

/// Nothing and an empty text are two things.
pub async fn an_empty_text_is_not_an_absent_one(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let result = |name: &str, details, unit| EvaluationResult {
        details,
        metrics: vec![Metric { name: String::new(), value: 0.0, unit }],
        ..samples::evaluation_result(name, &run, "length")
    };
    let results = [result("absent", None, None), result("empty", Some(String::new()), Some(String::new()))];
    assert_kept(&store, &results).await;
    let error = |message: &str| Some(ExecutionError { message: message.to_owned(), node: None });
    let executions = [("none", None), ("empty", error("")), ("some", error("some"))]
        .map(|(name, error)| Execution { error, ..samples::execution(name, &two_workflows()[0]) });
    assert_kept(&store, &executions).await;
    let entry = |error| AuditEntry { error, ..samples::audit_entry("") };
    assert_logged(&store, &[entry(None), entry(Some(String::new()))]).await;
}

/// Empty, with one item, with repeated ones, with many.
pub async fn lists_inside_entities_are_kept_in_order(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let many: Vec<NodeId> = (0..2_000).map(|number| samples::id(&format!("node-{}", number % 7))).collect();
    for (name, length) in [("none", 0), ("one", 1), ("some", 20), ("many", 2_000)] {
        let nodes = many[..length].to_vec();
        let execution = Execution {
            execution_path: nodes.clone(),
            breakpoints: nodes.iter().rev().cloned().collect(),
            ..samples::execution(name, &two_workflows()[0])
        };
        assert_kept(&store, &[execution]).await;
        let metric = |node: &NodeId| Metric { name: node.to_string(), value: 0.5, unit: None };
        let result = EvaluationResult {
            metrics: nodes.iter().map(metric).collect(),
            ..samples::evaluation_result(name, &run, "length")
        };
        assert_kept(&store, &[result]).await;
    }
}

/// A name and a version of a thousand bytes each, and messages of a million.
pub async fn the_longest_texts_are_kept(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let name = longest("").repeat(4)[..MAX_KEY_TEXT_BYTES].to_owned();
    let long = "äöü 🦀 ".repeat(90_000);
    let workflow = Workflow {
        name: name.clone(),
        version: name.clone(),
        description: long.clone(),
        ..samples::workflow("long")
    };
    let variant = NodeVariant {
        workflow_id: workflow.id.clone(),
        name: name.clone(),
        description: long.clone(),
        node_id: samples::id(&longest("n")),
        ..samples::node_variant("long", &two_workflows()[0], "any")
    };
    let result =
        EvaluationResult { details: Some(long.clone()), ..samples::evaluation_result("long", &run, &name) };
    let boundary = NodeBoundary {
        session_id: samples::id(&longest("s")),
        error: Some(NodeBoundaryError { message: long.clone(), details: None }),
        node_id: samples::id(&longest("n")),
        ..samples::node_boundary("long", &run, "any")
    };
    assert_kept(&store, std::slice::from_ref(&workflow)).await;
    assert_kept(&store, &[variant]).await;
    assert_kept(&store, &[result]).await;
    assert_kept(&store, &[boundary]).await;
    let entry = AuditEntry { event_type: EventType::new(name.clone()), ..samples::audit_entry(&long) };
    assert_logged(&store, &[entry]).await;

    let mut unit = store.begin_read().await;
    let found = unit.workflows().get_by_name_and_version(&name, &name).await.expect("read");
    assert_eq!(found.as_ref(), Some(&workflow));
    assert_eq!(read_back(&store, &workflow).await, Some(workflow));
}
