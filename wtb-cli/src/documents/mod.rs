//! What commands answer, as it appears with `--json`: field names here are a promise to programs.
//!
//! Entities appear with the fields that `wtb-domain` gives them; times are RFC 3339 in UTC, durations are whole
//! nanoseconds in fields that end with `_ns`.

pub(crate) mod backup;
pub(crate) mod digest;
pub(crate) mod doctor;
pub(crate) mod migrate;

use crate::score::Comparison;
use serde::Serialize;
use std::time::Duration;
use wtb_domain::{ExecutionError, ExecutionId, ExecutionStatus, NodeId, Timestamp, Workflow, WorkflowId};

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
