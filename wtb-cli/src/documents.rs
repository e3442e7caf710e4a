//! What commands answer, as it appears with `--json`: field names here are a promise to programs.
//!
//! Entities appear with the fields that `wtb-domain` gives them; times are RFC 3339 in UTC, durations are whole
//! nanoseconds in fields that end with `_ns`.

use crate::score::Comparison;
use serde::Serialize;
use std::time::Duration;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionError, ExecutionId, ExecutionStatus,
    NodeBoundary, NodeId, NodeVariant, Timestamp, Workflow, WorkflowId,
};
use wtb_ports::{Cursor, Page};

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// What to give as `--after` for the next page; `null` when no items are left.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// `items` of a list that goes on after `next`.
    pub(crate) fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, next: next.map(|cursor| cursor.to_string()) }
    }
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        Self::new(page.items, page.next)
    }
}

/// Enough of a workflow to recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct WorkflowName {
    pub(crate) id: WorkflowId,
    pub(crate) name: String,
    pub(crate) version: String,
}

impl From<&Workflow> for WorkflowName {
    fn from(workflow: &Workflow) -> Self {
        Self { id: workflow.id.clone(), name: workflow.name.clone(), version: workflow.version.clone() }
    }
}

/// An execution without its documents.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionSummary {
    pub(crate) id: ExecutionId,
    pub(crate) workflow: Option<WorkflowName>,
    pub(crate) status: ExecutionStatus,
    pub(crate) current_node: Option<NodeId>,
    pub(crate) error: Option<ExecutionError>,
    pub(crate) created_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) duration_ns: Option<u64>,
}

/// A workflow and its variants.
#[derive(Debug, Serialize)]
pub(crate) struct WorkflowReport {
    pub(crate) workflow: Workflow,
    pub(crate) node_variants: Vec<NodeVariant>,
}

/// Which variant stood in for a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VariantChoice {
    pub(crate) node: String,
    /// What the state of the execution calls the variant: its id, or in newer systems its name.
    pub(crate) variant: String,
    /// The name of the variant, if it is stored.
    pub(crate) name: Option<String>,
}

/// An execution and everything that belongs to it.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionReport {
    pub(crate) execution: Execution,
    pub(crate) workflow: Option<WorkflowName>,
    pub(crate) duration_ns: Option<u64>,
    pub(crate) variants: Vec<VariantChoice>,
    pub(crate) node_boundaries: Vec<NodeBoundary>,
    pub(crate) checkpoint_files: Vec<CheckpointFile>,
    pub(crate) evaluation_results: Vec<EvaluationResult>,
    /// The last entries of the log, oldest first.
    pub(crate) audit_logs: Vec<AuditEntry>,
}

/// A comparison of scores, with the workflow they belong to.
#[derive(Debug, Serialize)]
pub(crate) struct ScoreReport {
    pub(crate) workflow: WorkflowName,
    #[serde(flatten)]
    pub(crate) comparison: Comparison,
}

/// A duration as it appears in documents.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
