//! Stores evaluation results.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{EvaluationResult, EvaluationResultId, ExecutionId};

/// Evaluation results by id and execution, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EvaluationResultRepository: Send {
    /// The evaluation result with this id, or `None`.
    async fn get_by_id(&mut self, id: &EvaluationResultId) -> StoreResult<Option<EvaluationResult>>;

    /// The evaluation results with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[EvaluationResultId]) -> StoreResult<Vec<EvaluationResult>>;

    /// Stores a new evaluation result and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id is taken, `MissingReference` if its
    /// execution is not stored.
    async fn add(&mut self, evaluation_result: EvaluationResult) -> StoreResult<EvaluationResult>;

    /// Stores any number of new evaluation results, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(
        &mut self,
        evaluation_results: Vec<EvaluationResult>,
    ) -> StoreResult<Vec<EvaluationResult>>;

    /// Replaces the stored evaluation result and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, evaluation_result: EvaluationResult) -> StoreResult<EvaluationResult>;

    /// Removes the evaluation result and answers whether it was there.
    ///
    /// # Errors
    /// Only what the store itself says: nothing refers to evaluation results.
    async fn delete(&mut self, id: &EvaluationResultId) -> StoreResult<bool>;

    /// All evaluation results.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<EvaluationResult>>;

    /// The results of an execution.
    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<EvaluationResult>>;
}
