//! The table of executions.

use crate::index::{Change, Index, Indexes};
use crate::root::Root;
use crate::table::Stored;
use std::convert::Infallible;
use wtb_domain::{EntityKind, Execution, ExecutionId, ExecutionStatus, WorkflowId};

#[derive(Clone, Default)]
pub(crate) struct ExecutionLists {
    pub(crate) by_workflow: Index<WorkflowId>,
    pub(crate) by_status: Index<ExecutionStatus>,
}

impl Indexes<Execution> for ExecutionLists {
    fn apply(&mut self, change: &Change<'_, Execution>) {
        self.by_workflow.apply(change, |execution| Some(execution.workflow_id.clone()));
        self.by_status.apply(change, |execution| Some(execution.status));
    }
}

impl Stored for Execution {
    type UniqueKey = Infallible;
    type Lists = ExecutionLists;

    fn missing_reference(&self, root: &Root) -> Option<EntityKind> {
        (!root.workflows.has(&self.workflow_id)).then_some(EntityKind::Workflow)
    }

    fn is_referenced(id: &ExecutionId, root: &Root) -> bool {
        root.node_boundaries.indexes().lists.by_execution.has(id)
            || root.evaluation_results.indexes().lists.by_execution.has(id)
    }
}
