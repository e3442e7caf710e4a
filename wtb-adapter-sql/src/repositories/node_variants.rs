//! Stores node variants.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::node_variants::{ACTIVE_BY_NODE, BY_NODE, BY_WORKFLOW};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{NodeId, NodeVariant, NodeVariantId, WorkflowId};
use wtb_ports::{NodeVariantRepository, Page, PageRequest, StoreResult};

repository! { NodeVariantRepository of NodeVariant by NodeVariantId {
    async fn get_by_node(
        &mut self,
        workflow_id: &WorkflowId,
        node_id: &NodeId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>> {
        self.page(BY_NODE, Args::default().text(workflow_id.as_str()).text(node_id.as_str()), page).await
    }

    async fn get_active(
        &mut self,
        workflow_id: &WorkflowId,
        node_id: &NodeId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>> {
        self.page(ACTIVE_BY_NODE, Args::default().text(workflow_id.as_str()).text(node_id.as_str()), page).await
    }

    async fn get_by_workflow(
        &mut self,
        workflow_id: &WorkflowId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>> {
        self.page(BY_WORKFLOW, Args::default().text(workflow_id.as_str()), page).await
    }
} }
