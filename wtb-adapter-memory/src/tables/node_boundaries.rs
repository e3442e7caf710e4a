//! The table of node boundaries.

use crate::index::{Change, Index, Indexes};
use crate::root::Root;
use crate::table::Stored;
use std::num::NonZeroU32;
use wtb_domain::{EntityKind, ExecutionId, NodeBoundary, NodeBoundaryStatus, NodeId, SessionId};

#[derive(Clone, Default)]
pub(crate) struct NodeBoundaryLists {
    pub(crate) by_session: Index<SessionId>,
    pub(crate) completed: Index<SessionId>,
    pub(crate) by_execution: Index<ExecutionId>,
}

impl Indexes<NodeBoundary> for NodeBoundaryLists {
    fn apply(&mut self, change: &Change<'_, NodeBoundary>) {
        self.by_session.apply(change, |boundary| Some(boundary.session_id.clone()));
        self.completed.apply(change, |boundary| {
            (boundary.status == NodeBoundaryStatus::Completed).then(|| boundary.session_id.clone())
        });
        self.by_execution.apply(change, |boundary| Some(boundary.execution_id.clone()));
    }
}

impl Stored for NodeBoundary {
    type UniqueKey = (SessionId, NodeId, NonZeroU32);
    type Lists = NodeBoundaryLists;
    const UNIQUE: &'static str = Self::UNIQUE;

    fn unique_key(&self) -> Option<Self::UniqueKey> {
        Some((self.session_id.clone(), self.node_id.clone(), self.attempt))
    }

    fn missing_reference(&self, root: &Root) -> Option<EntityKind> {
        (!root.executions.has(&self.execution_id)).then_some(EntityKind::Execution)
    }
}
