//! The port of node variants.

use super::repository;
use wtb_domain::{NodeId, NodeVariant, WorkflowId};
use wtb_ports::{NodeVariantRepository, Page, PageRequest, StoreResult};

repository! {
    NodeVariantRepository of NodeVariant {
        async fn get_by_node(
            &mut self,
            workflow_id: &WorkflowId,
            node_id: &NodeId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeVariant>> {
            let node = (workflow_id.clone(), node_id.clone());
            self.read(|root| root.node_variants.page_by(|keys| &keys.lists.by_node, &node, page))
        }

        async fn get_active(
            &mut self,
            workflow_id: &WorkflowId,
            node_id: &NodeId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeVariant>> {
            let node = (workflow_id.clone(), node_id.clone());
            self.read(|root| root.node_variants.page_by(|keys| &keys.lists.active, &node, page))
        }

        async fn get_by_workflow(
            &mut self,
            workflow_id: &WorkflowId,
            page: PageRequest,
        ) -> StoreResult<Page<NodeVariant>> {
            self.read(|root| root.node_variants.page_by(|keys| &keys.lists.by_workflow, workflow_id, page))
        }
    }
}
