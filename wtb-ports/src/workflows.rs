//! Stores workflows.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{Workflow, WorkflowId};

/// Workflows by id, and by name and version, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkflowRepository: Send {
    /// The workflow with this id, or `None`.
    async fn get_by_id(&mut self, id: &WorkflowId) -> StoreResult<Option<Workflow>>;

    /// The workflows with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[WorkflowId]) -> StoreResult<Vec<Workflow>>;

    /// Stores a new workflow and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id, or its name and version, are taken.
    async fn add(&mut self, workflow: Workflow) -> StoreResult<Workflow>;

    /// Stores any number of new workflows, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(&mut self, workflows: Vec<Workflow>) -> StoreResult<Vec<Workflow>>;

    /// Replaces the stored workflow and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, workflow: Workflow) -> StoreResult<Workflow>;

    /// Removes the workflow and answers whether it was there.
    ///
    /// # Errors
    /// MUST be `StillReferenced` while an execution or a node variant refers to it.
    async fn delete(&mut self, id: &WorkflowId) -> StoreResult<bool>;

    /// All workflows.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<Workflow>>;

    /// The workflow of this name that was added last, or `None`.
    async fn get_by_name(&mut self, name: &str) -> StoreResult<Option<Workflow>>;

    /// The workflow with this name and version, or `None`.
    async fn get_by_name_and_version(&mut self, name: &str, version: &str) -> StoreResult<Option<Workflow>>;
}
