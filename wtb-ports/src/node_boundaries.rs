//! Stores node boundaries.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{ExecutionId, NodeBoundary, NodeBoundaryId, NodeId, SessionId};

/// Node boundaries by id, session, node and execution, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait NodeBoundaryRepository: Send {
    /// The node boundary with this id, or `None`.
    async fn get_by_id(&mut self, id: &NodeBoundaryId) -> StoreResult<Option<NodeBoundary>>;

    /// The node boundaries with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[NodeBoundaryId]) -> StoreResult<Vec<NodeBoundary>>;

    /// Stores a new node boundary and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id, or its session, node and attempt, are
    /// taken, `MissingReference` if its execution is not stored.
    async fn add(&mut self, node_boundary: NodeBoundary) -> StoreResult<NodeBoundary>;

    /// Stores any number of new node boundaries, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(&mut self, node_boundaries: Vec<NodeBoundary>) -> StoreResult<Vec<NodeBoundary>>;

    /// Replaces the stored node boundary and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, node_boundary: NodeBoundary) -> StoreResult<NodeBoundary>;

    /// Removes the node boundary and answers whether it was there.
    ///
    /// # Errors
    /// Only what the store itself says: nothing refers to node boundaries.
    async fn delete(&mut self, id: &NodeBoundaryId) -> StoreResult<bool>;

    /// All node boundaries.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<NodeBoundary>>;

    /// The boundaries of a session.
    async fn get_by_session(
        &mut self,
        session_id: &SessionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>>;

    /// The latest attempt at a node in a session, or `None`.
    async fn get_by_node(
        &mut self,
        session_id: &SessionId,
        node_id: &NodeId,
    ) -> StoreResult<Option<NodeBoundary>>;

    /// The completed boundaries of a session.
    async fn get_completed(
        &mut self,
        session_id: &SessionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>>;

    /// The boundaries of an execution.
    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<NodeBoundary>>;
}
