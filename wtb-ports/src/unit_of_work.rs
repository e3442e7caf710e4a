//! Begin a unit, use its repositories, commit it or roll it back.

use crate::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, StoreResult, UnitId, UnitOutcome, WorkflowRepository,
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

    /// What became of a unit that was [identified](UnitOfWork::identify), in this process or another one.
    ///
    /// The answer is final: a unit that is still open, or whose commit is still under way, is waited for as long as
    /// [`begin`](Self::begin) would wait, or not at all.
    ///
    /// # Errors
    /// MUST be `Unavailable` when the unit has not ended by then, or when the store cannot be asked in time. It may be
    /// asked again, and changes nothing about the unit.
    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome>;
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

    /// Makes this unit one that can be asked about with [`outcome_of`](UnitOfWorkFactory::outcome_of). Note its id
    /// before the commit; each further call answers the same.
    ///
    /// # Errors
    /// MUST be `ReadOnly` in a unit that only reads.
    async fn identify(&mut self) -> StoreResult<UnitId>;

    /// Makes every write of this unit visible to others, or none.
    ///
    /// Contact may be lost on the way. A unit that was [identified](Self::identify) before can be asked about then:
    ///
    /// ```
    /// use wtb_domain::Workflow;
    /// use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory, UnitOutcome};
    ///
    /// /// Whether the workflow is kept now; it may be added again if not.
    /// async fn add(store: &dyn UnitOfWorkFactory, workflow: Workflow) -> StoreResult<bool> {
    ///     let mut unit = store.begin().await?;
    ///     let id = unit.identify().await?;
    ///     unit.workflows().add(workflow).await?;
    ///     match unit.commit().await {
    ///         Ok(()) => Ok(true),
    ///         Err(unknown @ StoreError::OutcomeUnknown { .. }) => match store.outcome_of(&id).await? {
    ///             UnitOutcome::Kept => Ok(true),
    ///             UnitOutcome::NotKept => Ok(false),
    ///             UnitOutcome::Forgotten => Err(unknown),
    ///         },
    ///         Err(not_kept) => Err(not_kept),
    ///     }
    /// }
    /// # use wtb_domain::{Json, Timestamp, WorkflowId};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use wtb_ports::mocks::*;
    /// # use wtb_ports::{UnitOfWork, WorkflowRepository};
    /// # let mut store = MockUnitOfWorkFactory::new();
    /// # store.expect_begin().return_once(|| {
    /// #     let mut workflows = MockWorkflowRepository::new();
    /// #     workflows.expect_add().return_once(Ok);
    /// #     let mut unit = MockUnitOfWork::new();
    /// #     unit.expect_identify().return_once(|| Ok("1".parse().expect("an id")));
    /// #     unit.expect_workflows().return_var(Box::new(workflows) as Box<dyn WorkflowRepository>);
    /// #     unit.expect_commit().return_once(|| Err(StoreError::OutcomeUnknown { source: "cut".into() }));
    /// #     Ok(Box::new(unit) as Box<dyn UnitOfWork>)
    /// # });
    /// # store.expect_outcome_of().withf(|id| id.as_str() == "1").return_once(|_| Ok(UnitOutcome::Kept));
    /// # let id = WorkflowId::new("w").expect("an id");
    /// # let workflow = Workflow::new(id, "loans", Json::new("{}"), Timestamp::UNIX_EPOCH);
    /// # assert!(add(&store, workflow).await.expect("resolved"));
    /// # }
    /// ```
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
