//! Stores node variants.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{NodeId, NodeVariant, NodeVariantId, WorkflowId};

/// Node variants by id, node and workflow, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait NodeVariantRepository: Send {
    /// The node variant with this id, or `None`.
    async fn get_by_id(&mut self, id: &NodeVariantId) -> StoreResult<Option<NodeVariant>>;

    /// The node variants with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[NodeVariantId]) -> StoreResult<Vec<NodeVariant>>;

    /// Stores a new node variant and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id, or its workflow, node and name, are
    /// taken, `MissingReference` if its workflow is not stored.
    async fn add(&mut self, node_variant: NodeVariant) -> StoreResult<NodeVariant>;

    /// Stores any number of new node variants, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(&mut self, node_variants: Vec<NodeVariant>) -> StoreResult<Vec<NodeVariant>>;

    /// Replaces the stored node variant and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, node_variant: NodeVariant) -> StoreResult<NodeVariant>;

    /// Removes the node variant and answers whether it was there.
    ///
    /// # Errors
    /// Only what the store itself says: nothing refers to node variants.
    async fn delete(&mut self, id: &NodeVariantId) -> StoreResult<bool>;

    /// All node variants.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<NodeVariant>>;

    /// The variants of a node of a workflow.
    async fn get_by_node(
        &mut self,
        workflow_id: &WorkflowId,
        node_id: &NodeId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>>;

    /// The active variants of a node of a workflow.
    async fn get_active(
        &mut self,
        workflow_id: &WorkflowId,
        node_id: &NodeId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>>;

    /// The variants of all nodes of a workflow.
    async fn get_by_workflow(
        &mut self,
        workflow_id: &WorkflowId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeVariant>>;
}
