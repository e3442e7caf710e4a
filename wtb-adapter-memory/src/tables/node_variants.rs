//! The table of node variants.

use crate::index::{Change, Index, Indexes};
use crate::root::Root;
use crate::table::Stored;
use std::sync::Arc;
use wtb_domain::{EntityKind, NodeId, NodeVariant, WorkflowId};

#[derive(Clone, Default)]
pub(crate) struct NodeVariantLists {
    pub(crate) by_node: Index<(WorkflowId, NodeId)>,
    pub(crate) active: Index<(WorkflowId, NodeId)>,
    pub(crate) by_workflow: Index<WorkflowId>,
}

fn node(variant: &NodeVariant) -> (WorkflowId, NodeId) {
    (variant.workflow_id.clone(), variant.node_id.clone())
}

impl Indexes<NodeVariant> for NodeVariantLists {
    fn apply(&mut self, change: &Change<'_, NodeVariant>) {
        self.by_node.apply(change, |variant| Some(node(variant)));
        self.active.apply(change, |variant| variant.is_active.then(|| node(variant)));
        self.by_workflow.apply(change, |variant| Some(variant.workflow_id.clone()));
    }
}

impl Stored for NodeVariant {
    type UniqueKey = (WorkflowId, NodeId, Arc<str>);
    type Lists = NodeVariantLists;
    const UNIQUE: &'static str = Self::UNIQUE;

    fn unique_key(&self) -> Option<Self::UniqueKey> {
        Some((self.workflow_id.clone(), self.node_id.clone(), self.name.as_str().into()))
    }

    fn missing_reference(&self, root: &Root) -> Option<EntityKind> {
        (!root.workflows.has(&self.workflow_id)).then_some(EntityKind::Workflow)
    }
}
