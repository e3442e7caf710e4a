//! Stores executions.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

/// Executions by id, workflow and status, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ExecutionRepository: Send {
    /// The execution with this id, or `None`.
    async fn get_by_id(&mut self, id: &ExecutionId) -> StoreResult<Option<Execution>>;

    /// The executions with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[ExecutionId]) -> StoreResult<Vec<Execution>>;

    /// Stores a new execution and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id is taken, `MissingReference` if its
    /// workflow is not stored.
    async fn add(&mut self, execution: Execution) -> StoreResult<Execution>;

    /// Stores any number of new executions, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(&mut self, executions: Vec<Execution>) -> StoreResult<Vec<Execution>>;

    /// Replaces the stored execution and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, execution: Execution) -> StoreResult<Execution>;

    /// Removes the execution and answers whether it was there.
    ///
    /// # Errors
    /// MUST be `StillReferenced` while a node boundary or an evaluation result refers to it.
    async fn delete(&mut self, id: &ExecutionId) -> StoreResult<bool>;

    /// All executions.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<Execution>>;

    /// The executions of a workflow.
    async fn get_by_workflow(
        &mut self,
        workflow_id: &WorkflowId,
        page: PageRequest,
    ) -> StoreResult<Page<Execution>>;

    /// The executions with a status.
    async fn get_by_status(
        &mut self,
        status: ExecutionStatus,
        page: PageRequest,
    ) -> StoreResult<Page<Execution>>;

    /// The executions that are running.
    async fn get_running(&mut self, page: PageRequest) -> StoreResult<Page<Execution>>;
}
