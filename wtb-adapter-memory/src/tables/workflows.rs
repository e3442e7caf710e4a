//! The table of workflows.

use crate::index::{Change, Index, Indexes};
use crate::root::Root;
use crate::table::Stored;
use std::sync::Arc;
use wtb_domain::{Workflow, WorkflowId};

#[derive(Clone, Default)]
pub(crate) struct WorkflowLists {
    pub(crate) by_name: Index<Arc<str>>,
}

impl Indexes<Workflow> for WorkflowLists {
    fn apply(&mut self, change: &Change<'_, Workflow>) {
        self.by_name.apply(change, |workflow| Some(workflow.name.as_str().into()));
    }
}

impl Stored for Workflow {
    type UniqueKey = (Arc<str>, Arc<str>);
    type Lists = WorkflowLists;
    const UNIQUE: &'static str = Self::UNIQUE;

    fn unique_key(&self) -> Option<Self::UniqueKey> {
        Some((self.name.as_str().into(), self.version.as_str().into()))
    }

    fn is_referenced(id: &WorkflowId, root: &Root) -> bool {
        root.executions.indexes().lists.by_workflow.has(id)
            || root.node_variants.indexes().lists.by_workflow.has(id)
    }
}
