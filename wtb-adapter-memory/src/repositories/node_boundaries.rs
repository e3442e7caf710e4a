//! The port of node boundaries.

use super::repository;
use std::num::NonZeroU32;
use wtb_domain::{ExecutionId, NodeBoundary, NodeId, SessionId};
use wtb_ports::{NodeBoundaryRepository, Page, PageRequest, StoreResult};

repository! {
    NodeBoundaryRepository of NodeBoundary {
        async fn get_by_session(
            &mut self,
            session_id: &SessionId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeBoundary>> {
            self.read(|root| root.node_boundaries.page_by(|keys| &keys.lists.by_session, session_id, page))
        }

        async fn get_by_node(
            &mut self,
            session_id: &SessionId,
            node_id: &NodeId,
        ) -> StoreResult<Option<NodeBoundary>> {
            self.read(|root| {
                let highest = (session_id.clone(), node_id.clone(), NonZeroU32::MAX);
                let latest = root.node_boundaries.indexes().unique.at_most(&highest);
                let of_node = latest.filter(|((session, node, _), _)| session == session_id && node == node_id);
                root.node_boundaries.copy_at(of_node.map(|(_, place)| place))
            })
        }

        async fn get_completed(
            &mut self,
            session_id: &SessionId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeBoundary>> {
            self.read(|root| root.node_boundaries.page_by(|keys| &keys.lists.completed, session_id, page))
        }

        async fn get_by_execution(
            &mut self,
            execution_id: &ExecutionId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeBoundary>> {
            self.read(|root| root.node_boundaries.page_by(|keys| &keys.lists.by_execution, execution_id, page))
        }
    }
}
