//! The canonical form, byte by byte, and digests that must never change.

use super::*;
use std::time::Duration;
use wtb_config::{Settings, open};
use wtb_domain::{
    AuditEntry, CheckpointFile, CheckpointId, EvaluationResult, EventType, Execution, ExecutionError,
    ExecutionStatus, Json, Metric, NodeBoundary, NodeBoundaryError, NodeBoundaryStatus, NodeId, NodeVariant,
    Revision, SessionId, Severity, Timestamp, Workflow,
};

struct Bytes(Vec<u8>);

impl canonical::Sink for Bytes {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }
}

fn written(row: &impl Canonical) -> Vec<u8> {
    let mut sink = Bytes(Vec::new());
    row.write(&mut sink);
    sink.0
}

/// Everything between the commas, one after another.
macro_rules! bytes {
    ($($part:expr),* $(,)?) => { [$(&$part[..]),*].concat() };
}

fn node(name: &str) -> NodeId {
    NodeId::new(name).unwrap()
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

fn workflow() -> Workflow {
    Workflow {
        revision: Revision::new(3).unwrap(),
        description: "Ein Überblick".to_owned(),
        version: "2.1.0".to_owned(),
        metadata: Json::new(" {\"a\": 1e400,\n\"a\": 1.10} "),
        updated_at: time(1),
        ..Workflow::new(1.into(), "loans", Json::new("{}"), time(-1))
    }
}

fn execution() -> Execution {
    Execution {
        status: ExecutionStatus::Failed,
        session_id: Some(SessionId::from(7)),
        checkpoint_id: Some(CheckpointId::from(12)),
        current_node: Some(node("rerank")),
        initial_state: Json::new(r#"{"query":"?"}"#),
        state: Json::new("[]"),
        execution_path: vec![node("load"), node("rerank"), node("load")],
        breakpoints: vec![node("generate")],
        error: Some(ExecutionError { message: "timed out".to_owned(), node: Some(node("rerank")) }),
        metadata: Json::new("null"),
        started_at: Some(time(3)),
        completed_at: Some(time(4)),
        ..Execution::new(2.into(), 1.into(), time(2))
    }
}

fn node_boundary() -> NodeBoundary {
    NodeBoundary {
        attempt: 3.try_into().unwrap(),
        status: NodeBoundaryStatus::Failed,
        entry_checkpoint_id: Some(CheckpointId::from(3)),
        exit_checkpoint_id: Some(CheckpointId::from(i64::MAX)),
        error: Some(NodeBoundaryError {
            message: "no documents".to_owned(),
            details: Some(Json::new(r#"{"trace": []}"#)),
        }),
        started_at: Some(time(5)),
        completed_at: Some(time(6)),
        ..NodeBoundary::new(3.into(), 2.into(), 7.into(), node("rerank"))
    }
}

fn evaluation_result() -> EvaluationResult {
    EvaluationResult {
        evaluator_version: "2.1.0".to_owned(),
        metrics: vec![
            Metric { name: "coverage".to_owned(), value: 1.0 / 3.0, unit: Some("ratio".to_owned()) },
            Metric { name: "nodes".to_owned(), value: -1e300, unit: None },
        ],
        details: Some("length / 120".to_owned()),
        raw_output: Some(Json::new(r#""**Station Cellar**""#)),
        metadata: Json::new(r#"{"unit":"chars"}"#),
        duration: Duration::from_nanos(3_000_001),
        ..EvaluationResult::new(6.into(), 2.into(), "length", 0.1 + 0.2, true, time(9))
    }
}

fn audit_entry() -> AuditEntry {
    AuditEntry {
        execution_id: Some(2.into()),
        node_id: Some(node("rerank")),
        details: Json::new(r#"{"checkpoint_id": null}"#),
        error: Some("timed out".to_owned()),
        duration: Some(Duration::from_micros(263)),
        ..AuditEntry::new(time(10), EventType::NODE_FAILED, Severity::Error, "failed")
    }
}

#[test]
fn text_has_its_length_before_it_and_documents_keep_every_byte() {
    let expected = bytes!(
        [0, 0, 0, 0, 0, 0, 0, 1],
        b"1",
        [0, 0, 0, 0, 0, 0, 0, 3],
        [0, 0, 0, 0, 0, 0, 0, 5],
        b"loans",
        [0, 0, 0, 0, 0, 0, 0, 14],
        "Ein Überblick".as_bytes(),
        [0, 0, 0, 0, 0, 0, 0, 2],
        b"{}",
        [0, 0, 0, 0, 0, 0, 0, 5],
        b"2.1.0",
        [0, 0, 0, 0, 0, 0, 0, 25],
        b" {\"a\": 1e400,\n\"a\": 1.10} ",
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0, 0, 0, 0, 0, 0, 0, 1],
    );
    assert_eq!(written(&workflow()), expected);
}

#[test]
fn what_is_absent_is_one_zero_byte() {
    let entry = AuditEntry::new(time(10), EventType::new("e"), Severity::Info, "");
    let expected = bytes!(
        [0, 0, 0, 0, 0, 0, 0, 10],
        [0, 0, 0, 0, 0, 0, 0, 1],
        b"e",
        [0, 0, 0, 0, 0, 0, 0, 4],
        b"info",
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0],
        [0, 0, 0, 0, 0, 0, 0, 2],
        b"{}",
        [0, 0],
    );
    assert_eq!(written(&entry), expected);
}

#[test]
fn numbers_lists_and_flags_are_written_as_defined() {
    let metric = Metric { name: "m".to_owned(), value: -1.5, unit: None };
    let plain = EvaluationResult::new(6.into(), 2.into(), "l", 0.75, true, time(9));
    let result = EvaluationResult { metrics: vec![metric], duration: Duration::from_nanos(258), ..plain };
    let written = written(&result);
    let expected = bytes!(
        [0x3f, 0xe8, 0, 0, 0, 0, 0, 0],
        [1],
        [0, 0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0, 0, 1],
        b"m",
        [0xbf, 0xf8, 0, 0, 0, 0, 0, 0],
        [0],
        [0, 0],
        [0, 0, 0, 0, 0, 0, 0, 2],
        b"{}",
        [0, 0, 0, 0, 0, 0, 0, 9],
        [0, 0, 0, 0, 0, 0, 1, 2],
    );
    assert!(written.ends_with(&expected), "{written:?}");
}

#[tokio::test]
async fn digests_never_change() {
    let store = open(&Settings::for_testing()).await.unwrap();
    let mut unit = store.begin().await.unwrap();
    let files = [(1, 0, 0), (2, 3, i64::MAX.unsigned_abs())].map(|(id, file_count, total_size_bytes)| {
        let file = CheckpointFile::new(id.into(), id.into(), 5.into(), time(7));
        CheckpointFile { file_count, total_size_bytes, ..file }
    });
    let variant = NodeVariant {
        description: "the same, but dense".to_owned(),
        is_active: false,
        ..NodeVariant::new(5.into(), 1.into(), node("retrieve"), "dense", Json::new("[1, 2]"), time(8))
    };
    let plain = |id: i64| Execution::new(id.into(), 1.into(), time(0));
    unit.workflows().add(workflow()).await.unwrap();
    unit.executions().add_all(vec![plain(9), execution(), plain(8)]).await.unwrap();
    unit.node_boundaries().add(node_boundary()).await.unwrap();
    unit.checkpoint_files().add_all(files.to_vec()).await.unwrap();
    unit.node_variants().add(variant).await.unwrap();
    unit.evaluation_results().add(evaluation_result()).await.unwrap();
    unit.audit_logs().append_logs(None, vec![audit_entry(), audit_entry()]).await.unwrap();

    let digests = of_store(&mut *unit, &ProgressBar::hidden()).await.unwrap();
    let shown: Vec<_> =
        digests.iter().map(|(kind, digest)| format!("{kind} {} {}", digest.rows, digest.sha256)).collect();
    assert_eq!(
        shown,
        [
            "workflow 1 cbcf9c4f3a0e28b3e53a75cdc30694123ffbecba1f5588bff41539ebff6a27b7",
            "execution 3 6f81e06668ff068a6867addfecc7c1a732ee518eb990e2f170370666bc4d012f",
            "node boundary 1 005a77784667ad4d883954f4dac53dc01b911f4a886900b5b0f3df2f26fe71ee",
            "checkpoint file 2 e492c76c3ec619d64b2bc0f94f95a7bafa125d1e5d2c7a802f4b5cba04291b80",
            "node variant 1 b57cabd984b105b0b6468c23da150e121a6cb13812c06759f42a6ed30aefa347",
            "evaluation result 1 ddcd378676af579b0da25bf7a4b2f91962799d4a7b940880fb5d7255f154094e",
            "audit entry 2 c925feaafbe56908bee15d8adc3a90d4069382e6f432be878272aeb90c648d80",
        ]
    );
}

#[tokio::test]
async fn the_digest_of_nothing_is_that_of_no_bytes() {
    let store = open(&Settings::for_testing()).await.unwrap();
    let mut unit = store.begin_read().await.unwrap();
    for (kind, digest) in of_store(&mut *unit, &ProgressBar::hidden()).await.unwrap() {
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned();
        assert_eq!(digest, Digest { rows: 0, sha256 }, "{kind}");
    }
}

#[tokio::test]
async fn order_counts() {
    let mut digests = Vec::new();
    for ids in [[1, 2], [2, 1]] {
        let store = open(&Settings::for_testing()).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let named = |id: i64| Workflow::new(id.into(), id.to_string(), Json::new("{}"), time(0));
        unit.workflows().add_all(ids.map(named).to_vec()).await.unwrap();
        digests.push(of_store(&mut *unit, &ProgressBar::hidden()).await.unwrap());
    }
    assert_eq!(digests[0][0].1.rows, digests[1][0].1.rows);
    assert_ne!(digests[0][0].1.sha256, digests[1][0].1.sha256);
}
