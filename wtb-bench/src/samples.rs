//! What the workloads store: the same executions, runs and audit entries for every contestant.

use serde_json::{Map, Value, json};
use std::time::Duration;
use wtb_domain::{
    AuditEntry, CheckpointFile, CheckpointFileId, CheckpointId, EvaluationResult, EvaluationResultId,
    EventType, Execution, ExecutionId, ExecutionStatus, FileCommitId, Json, Metric, NodeBoundary,
    NodeBoundaryId, NodeBoundaryStatus, NodeId, SessionId, Severity, Timestamp, Workflow, WorkflowId,
};

/// Nodes in a state of two kilobytes.
pub(crate) const LARGE_STATE: u64 = 12;
/// Nodes in a state of 200 bytes.
pub(crate) const SMALL_STATE: u64 = 0;

/// The start of 2026.
const START: i64 = 1_767_225_600_000_000;

/// One finished execution with all that belongs to it.
pub(crate) struct Run {
    pub(crate) execution: Execution,
    pub(crate) boundaries: Vec<NodeBoundary>,
    pub(crate) files: Vec<CheckpointFile>,
    pub(crate) results: Vec<EvaluationResult>,
    pub(crate) entries: Vec<AuditEntry>,
}

/// A workflow, told apart by `number`.
pub(crate) fn workflow(number: u64) -> Workflow {
    let definition = Json::new(r#"{"nodes": ["a", "b"]}"#);
    Workflow::new(workflow_id(number), format!("bench-{number}"), definition, at(number))
}

/// What [`workflow`] is called.
pub(crate) fn workflow_id(number: u64) -> WorkflowId {
    WorkflowId::from_uuid(scattered(number))
}

/// An execution with a state of so many `nodes`.
pub(crate) fn execution(number: u64, workflow: WorkflowId, status: ExecutionStatus, nodes: u64) -> Execution {
    let mut execution = Execution::new(execution_id(number), workflow, at(number));
    execution.status = status;
    execution.session_id = Some(SessionId::new(format!("thread-{number}")).expect("a session"));
    execution.state = state(number, nodes);
    execution.breakpoints = vec![node(3)];
    execution.metadata = Json::new(format!(r#"{{"run": {number}}}"#));
    execution
}

/// What [`execution`] is called. Numbers that follow each other lead to ids that do not.
pub(crate) fn execution_id(number: u64) -> ExecutionId {
    ExecutionId::from_uuid(scattered(number))
}

/// A state of so many `nodes`: two kilobytes of twelve, 200 bytes of none.
pub(crate) fn state(number: u64, nodes: u64) -> Json {
    let hex = hex(number);
    let result = |k: u64| {
        let (before, after) = hex.split_at(usize::try_from(k).unwrap_or_default());
        json!({
            "output": format!("{after}{before} result text of node {k}"),
            "score": f64::from(u8::try_from((number + k) % 100).unwrap_or_default()) / 100.0,
            "tokens": 100 + (number * 31 + k) % 900,
            "ok": true,
            "cached": null,
        })
    };
    let results: Map<String, Value> = (0..nodes).map(|k| (format!("node_{k}"), result(k))).collect();
    let state = json!({
        "current_node_id": format!("node_{}", number % 12),
        "workflow_variables": {"query": format!("question {number} {hex}"), "attempt": number % 7, "temperature": 0.7},
        "execution_path": (0..nodes).map(|k| format!("node_{k}")).collect::<Vec<_>>(),
        "node_results": results,
    });
    Json::new(state.to_string())
}

/// An entry of 250 bytes about no execution in particular.
pub(crate) fn audit_entry(number: u64) -> AuditEntry {
    let hex = hex(number);
    let back: String = hex.chars().rev().collect();
    let details = json!({
        "input": hex, "output": back, "tokens": number % 900, "model": "m-large",
        "cache": {"hit": false, "key": &hex[..16]}, "tags": ["a", "b"],
    });
    let message = format!("node {} completed", number % 20);
    let mut entry = AuditEntry::new(at(number), EventType::NODE_COMPLETED, Severity::Info, message);
    entry.node_id = Some(node(number % 20));
    entry.duration = Some(Duration::from_micros(12_500));
    entry.details = Json::new(details.to_string());
    entry
}

/// An execution with 20 boundaries, 20 files, 5 results and 100 audit entries.
pub(crate) fn run(number: u64, workflow: WorkflowId) -> Run {
    let execution = execution(number, workflow, ExecutionStatus::Completed, LARGE_STATE);
    let checkpoint = |k: u64| CheckpointId::new(format!("{}", number * 100 + k)).expect("a checkpoint");
    let boundary = |k: u64| {
        let (id, session) =
            (NodeBoundaryId::from_uuid(scattered(number * 100 + k)), format!("thread-{number}"));
        let session = SessionId::new(session).expect("a session");
        let mut boundary = NodeBoundary::new(id, execution.id.clone(), session, node(k));
        boundary.status = NodeBoundaryStatus::Completed;
        boundary.entry_checkpoint_id = Some(checkpoint(k));
        boundary.exit_checkpoint_id = Some(checkpoint(k + 1));
        boundary.started_at = Some(at(number));
        boundary.completed_at = Some(at(number + 1));
        boundary
    };
    let file = |k: u64| {
        let id = CheckpointFileId::from_uuid(scattered(number * 100 + k));
        let commit = FileCommitId::from_uuid(scattered(number * 1_000 + k));
        let mut file = CheckpointFile::new(id, checkpoint(k), commit, at(number));
        file.file_count = 3;
        file.total_size_bytes = 12_345;
        file
    };
    let result = |k: u64| {
        let id = EvaluationResultId::from_uuid(scattered(number * 100 + k));
        let evaluator = format!("evaluator_{k}");
        let mut result = EvaluationResult::new(id, execution.id.clone(), evaluator, 0.9, true, at(number));
        result.metrics = vec![metric("accuracy", 0.9), metric("latency_ms", 120.0)];
        result
    };
    Run {
        boundaries: (0..20).map(boundary).collect(),
        files: (0..20).map(file).collect(),
        results: (0..5).map(result).collect(),
        entries: (0..100).map(audit_entry).collect(),
        execution,
    }
}

fn metric(name: &str, value: f64) -> Metric {
    Metric { name: name.to_owned(), value, unit: None }
}

fn node(k: u64) -> NodeId {
    NodeId::new(format!("node_{k}")).expect("a node")
}

/// A moment, a second after that of the number before.
fn at(number: u64) -> Timestamp {
    let second = i64::try_from(number).unwrap_or_default() * 1_000_000;
    Timestamp::from_micros(START + second).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn hex(number: u64) -> String {
    format!("{:032x}", scattered(number))
}

/// 128 bits that depend on `number` without following its order, so that indexes are not filled from one end.
fn scattered(number: u64) -> u128 {
    u128::from(mixed(number)) << 64 | u128::from(mixed(number ^ 0xABCD))
}

/// `SplitMix64`.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use wtb_domain::Entity;

    #[test]
    fn documents_have_the_sizes_that_the_workloads_name() {
        let large = state(7, LARGE_STATE).as_str().len();
        assert!((1_800..2_400).contains(&large), "{large}");
        let small = state(7, SMALL_STATE).as_str().len();
        assert!((150..250).contains(&small), "{small}");
    }

    #[test]
    fn every_store_could_keep_them_and_no_two_have_one_id() {
        let runs: Vec<_> = (0..50).map(|number| run(number, workflow_id(0))).collect();
        for run in &runs {
            assert_eq!(run.execution.clone().validated().as_ref(), Ok(&run.execution));
            assert!(run.boundaries.iter().all(|boundary| boundary.clone().validated().is_ok()));
        }
        let ids: HashSet<_> =
            runs.iter().flat_map(|run| &run.boundaries).map(|boundary| &boundary.id).collect();
        assert_eq!(ids.len(), 1_000);
    }
}
