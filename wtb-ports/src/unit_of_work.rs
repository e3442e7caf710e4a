//! Begin a unit, use its repositories, commit it or roll it back.

use crate::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, StoreResult, WorkflowRepository,
};
use async_trait::async_trait;
use std::fmt::Debug;

/// A unit of work of any store.
pub type BoxUnitOfWork = Box<dyn UnitOfWork>;

/// Opens units of work. Shared by the whole application behind an `Arc`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UnitOfWorkFactory: Debug + Send + Sync {
    /// A unit that may write. It reads one snapshot of the store for its whole life, plus its own writes.
    ///
    /// # Errors
    /// MUST be `Unavailable` when a connection or lock that it needs is not free in time, never a hang.
    async fn begin(&self) -> StoreResult<BoxUnitOfWork>;

    /// A unit that only reads one snapshot of the store; it does not wait for units that write.
    ///
    /// A store that reads from replicas may answer the state of a while ago, without the last commits.
    ///
    /// # Errors
    /// As [`begin`](Self::begin). In the unit every write MUST be answered with `ReadOnly`.
    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork>;

    /// As [`begin_read`](Self::begin_read), of a snapshot that has at least everything that units of this store had
    /// committed when it was called, through whichever handle of the store they began.
    ///
    /// That is for stores that read from replicas, where [`begin_read`](Self::begin_read) may see a state of a while
    /// ago; others do the same for both. It has no default, because one that wraps a store has to ask that store.
    ///
    /// # Errors
    /// As [`begin_read`](Self::begin_read). Units that answered `OutcomeUnknown`, or whose commit was given up, MUST be
    /// seen too if they are kept by then.
    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork>;
}

/// One all-or-nothing change to a store, or one stable view of it.
///
/// Repositories borrow the unit, so calls run one after another in program order. Dropping a unit without
/// [`commit`](Self::commit) discards everything it wrote. After any `Err`, and after a call whose future was dropped
/// before it answered, the unit is spent: every further call, and `commit`, MUST answer
/// [`Aborted`](crate::StoreError::Aborted) and keep nothing.
#[async_trait]
pub trait UnitOfWork: Send {
    /// The workflows.
    fn workflows(&mut self) -> &mut dyn WorkflowRepository;
    /// The executions.
    fn executions(&mut self) -> &mut dyn ExecutionRepository;
    /// The node boundaries.
    fn node_boundaries(&mut self) -> &mut dyn NodeBoundaryRepository;
    /// The checkpoint files.
    fn checkpoint_files(&mut self) -> &mut dyn CheckpointFileRepository;
    /// The node variants.
    fn node_variants(&mut self) -> &mut dyn NodeVariantRepository;
    /// The evaluation results.
    fn evaluation_results(&mut self) -> &mut dyn EvaluationResultRepository;
    /// The audit log.
    fn audit_logs(&mut self) -> &mut dyn AuditLogRepository;

    /// Makes every write of this unit visible to others, or none.
    ///
    /// # Errors
    /// MUST be `Aborted` if an earlier call failed, `Conflict` if another unit came first, and `OutcomeUnknown` if
    /// nobody can tell whether the writes are kept; after any other error nothing is kept.
    async fn commit(self: Box<Self>) -> StoreResult<()>;

    /// Discards every write and waits until that is done.
    ///
    /// # Errors
    /// Only what the store's library says; nothing is kept in any case.
    async fn rollback(self: Box<Self>) -> StoreResult<()>;
}
