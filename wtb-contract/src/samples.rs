//! Readable example entities; a case spells out only the field it is about.

use std::time::Duration;
use wtb_domain::{
    AuditEntry, CheckpointFile, CheckpointFileId, CheckpointId, EvaluationResult, EvaluationResultId,
    EventType, Execution, ExecutionError, ExecutionId, FileCommitId, Json, Metric, NodeBoundary,
    NodeBoundaryError, NodeBoundaryId, NodeId, NodeVariant, NodeVariantId, SessionId, Severity, Timestamp,
    Workflow, WorkflowId,
};

/// The moment `micros` microseconds into 2026.
///
/// # Panics
/// Beyond the year 9999.
pub fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_767_225_600_000_000 + micros).expect("a time in this century")
}

/// An id of any kind.
///
/// # Panics
/// If `text` cannot be one.
pub fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> I {
    text.parse().expect("a valid id")
}

/// A workflow with this name, and the id `workflow-NAME`.
pub fn workflow(name: &str) -> Workflow {
    let id: WorkflowId = id(&format!("workflow-{name}"));
    Workflow::new(id, name, Json::new(r#"{"nodes": {}, "edges": [], "entry_point": null}"#), time(0))
}

/// A workflow with every field filled.
pub fn full_workflow(name: &str) -> Workflow {
    Workflow {
        description: "Weighs an application for a loan — «carefully»".to_owned(),
        version: "2.1.0".to_owned(),
        metadata: Json::new(r#"{ "owner": "bench", "tags": ["rag", "demo"] }"#),
        updated_at: time(1),
        ..workflow(name)
    }
}

/// A pending execution of `workflow`.
pub fn execution(name: &str, workflow: &Workflow) -> Execution {
    let id: ExecutionId = id(&format!("execution-{name}"));
    Execution::new(id, workflow.id.clone(), time(2))
}

/// An execution with every field filled.
pub fn full_execution(name: &str, workflow: &Workflow) -> Execution {
    Execution {
        status: wtb_domain::ExecutionStatus::Failed,
        session_id: Some(SessionId::from(7)),
        checkpoint_id: Some(CheckpointId::from(12)),
        current_node: Some(id("rerank")),
        initial_state: Json::new(r#"{"query":"növekedés?"}"#),
        state: Json::new("{\"query\" : 1.10,\n\t\"query\": 2, \"big\": 1e400}"),
        execution_path: ["load_docs", "retrieve", "rerank", "retrieve"].map(id::<NodeId>).to_vec(),
        breakpoints: vec![id("generate")],
        error: Some(ExecutionError { message: "timed out\nafter 30 s".to_owned(), node: Some(id("rerank")) }),
        metadata: Json::new(r#"{"forked_from":"execution-0"}"#),
        started_at: Some(time(3)),
        completed_at: Some(time(4)),
        ..execution(name, workflow)
    }
}

/// A pending first attempt at `node` in the session `session-NAME` of `execution`.
pub fn node_boundary(name: &str, execution: &Execution, node: &str) -> NodeBoundary {
    let session: SessionId = id(&format!("session-{name}"));
    let id: NodeBoundaryId = id(&format!("boundary-{name}-{node}"));
    NodeBoundary::new(id, execution.id.clone(), session, self::id(node))
}

/// A boundary with every field filled.
pub fn full_node_boundary(name: &str, execution: &Execution, node: &str) -> NodeBoundary {
    NodeBoundary {
        attempt: 3.try_into().expect("not zero"),
        status: wtb_domain::NodeBoundaryStatus::Failed,
        entry_checkpoint_id: Some(CheckpointId::from(3)),
        exit_checkpoint_id: Some(CheckpointId::from(i64::MAX)),
        error: Some(NodeBoundaryError {
            message: "no documents".to_owned(),
            details: Some(Json::new(r#"{"trace": []}"#)),
        }),
        started_at: Some(time(5)),
        completed_at: Some(time(6)),
        ..node_boundary(name, execution, node)
    }
}

/// A tie of the checkpoint `checkpoint-NAME` to `commit`.
pub fn checkpoint_file(name: &str, commit: &str) -> CheckpointFile {
    let checkpoint: CheckpointId = id(&format!("checkpoint-{name}"));
    let commit: FileCommitId = id(commit);
    let id: CheckpointFileId = id(&format!("file-{name}"));
    CheckpointFile::new(id, checkpoint, commit, time(7))
}

/// A checkpoint file with every field filled.
pub fn full_checkpoint_file(name: &str, commit: &str) -> CheckpointFile {
    CheckpointFile { file_count: 3, total_size_bytes: 59_422, ..checkpoint_file(name, commit) }
}

/// An active variant `name` of `node` in `workflow`.
pub fn node_variant(name: &str, workflow: &Workflow, node: &str) -> NodeVariant {
    let id: NodeVariantId = id(&format!("variant-{}-{node}-{name}", workflow.name));
    NodeVariant::new(id, workflow.id.clone(), self::id(node), name, Json::new(r#"{"config": {}}"#), time(8))
}

/// An inactive variant with every field filled.
pub fn full_node_variant(name: &str, workflow: &Workflow, node: &str) -> NodeVariant {
    NodeVariant {
        description: "the same, but dense".to_owned(),
        is_active: false,
        metadata: Json::new(r#"{"family":"dense"}"#),
        ..node_variant(name, workflow, node)
    }
}

/// A passing result of `evaluator` for `execution`, with the id `result-NAME`.
pub fn evaluation_result(name: &str, execution: &Execution, evaluator: &str) -> EvaluationResult {
    let id: EvaluationResultId = id(&format!("result-{name}"));
    EvaluationResult::new(id, execution.id.clone(), evaluator, 0.75, true, time(9))
}

/// A result with every field filled.
pub fn full_evaluation_result(name: &str, execution: &Execution, evaluator: &str) -> EvaluationResult {
    EvaluationResult {
        evaluator_version: "2.1.0".to_owned(),
        score: 0.1 + 0.2,
        passed: false,
        metrics: vec![
            Metric { name: "coverage".to_owned(), value: 1.0 / 3.0, unit: Some("ratio".to_owned()) },
            Metric { name: "nodes".to_owned(), value: 6.0, unit: None },
        ],
        details: Some("length / 120".to_owned()),
        raw_output: Some(Json::new(r#"{"answer": "**Station Cellar**"}"#)),
        metadata: Json::new(r#"{"unit":"chars"}"#),
        duration: Duration::from_nanos(3_000_001),
        ..evaluation_result(name, execution, evaluator)
    }
}

/// An entry with this message, about no execution in particular.
pub fn audit_entry(message: &str) -> AuditEntry {
    AuditEntry::new(time(10), EventType::NODE_STARTED, Severity::Info, message)
}

/// An entry with every field filled.
pub fn full_audit_entry(message: &str, execution: &Execution) -> AuditEntry {
    AuditEntry {
        severity: Severity::Error,
        execution_id: Some(execution.id.clone()),
        node_id: Some(id("rerank")),
        details: Json::new(r#"{"checkpoint_id": null}"#),
        error: Some("timed out".to_owned()),
        duration: Some(Duration::from_micros(263)),
        ..audit_entry(message)
    }
}
