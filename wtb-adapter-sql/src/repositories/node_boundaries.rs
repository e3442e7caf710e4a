//! Stores node boundaries.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::node_boundaries::{BY_EXECUTION, BY_SESSION, COMPLETED_BY_SESSION, LATEST_BY_NODE};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{ExecutionId, NodeBoundary, NodeBoundaryId, NodeId, SessionId};
use wtb_ports::{NodeBoundaryRepository, Page, PageRequest, StoreResult};

repository! { NodeBoundaryRepository of NodeBoundary by NodeBoundaryId {
    async fn get_by_session(
        &mut self,
        session_id: &SessionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>> {
        self.page(BY_SESSION, Args::default().text(session_id.as_str()), page).await
    }

    async fn get_by_node(
        &mut self,
        session_id: &SessionId,
        node_id: &NodeId,
    ) -> StoreResult<Option<NodeBoundary>> {
        self.find(LATEST_BY_NODE, Args::default().text(session_id.as_str()).text(node_id.as_str())).await
    }

    async fn get_completed(
        &mut self,
        session_id: &SessionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>> {
        self.page(COMPLETED_BY_SESSION, Args::default().text(session_id.as_str()), page).await
    }

    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>> {
        self.page(BY_EXECUTION, Args::default().text(execution_id.as_str()), page).await
    }
} }
