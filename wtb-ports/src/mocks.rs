//! Mocks of every port, for tests of how an application reacts to errors.
//!
//! For everything else use the memory adapter: a mock that answers stored entities is a memory adapter written
//! badly. Accessors answer with `return_var`, which wants the repository boxed as its trait:
//!
//! ```
//! use wtb_ports::mocks::{MockUnitOfWork, MockUnitOfWorkFactory, MockWorkflowRepository};
//! use wtb_ports::{Retry, StoreError, StoreResult, UnitOfWork, UnitOfWorkFactory, WorkflowRepository};
//!
//! async fn forget(store: &dyn UnitOfWorkFactory, id: &str) -> StoreResult<bool> {
//!     let mut unit = store.begin().await?;
//!     let was_there = unit.workflows().delete(&id.parse().expect("a valid id")).await?;
//!     unit.commit().await?;
//!     Ok(was_there)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let mut store = MockUnitOfWorkFactory::new();
//! store.expect_begin().times(1).return_once(|| {
//!     let mut workflows = MockWorkflowRepository::new();
//!     workflows.expect_delete().withf(|id| id.as_str() == "loans").return_once(|_| Ok(true));
//!     let mut unit = MockUnitOfWork::new();
//!     unit.expect_workflows().return_var(Box::new(workflows) as Box<dyn WorkflowRepository>);
//!     unit.expect_commit().return_once(|| Err(StoreError::Conflict { operation: "commit", source: None }));
//!     Ok(Box::new(unit) as Box<dyn UnitOfWork>)
//! });
//!
//! let error = forget(&store, "loans").await.expect_err("the commit conflicts");
//! assert_eq!(error.retry(), Retry::WholeUnit);
//! # }
//! ```

pub use crate::audit_logs::MockAuditLogRepository;
pub use crate::checkpoint_files::MockCheckpointFileRepository;
pub use crate::clock::MockClock;
pub use crate::evaluation_results::MockEvaluationResultRepository;
pub use crate::executions::MockExecutionRepository;
pub use crate::id_generator::MockIdGenerator;
pub use crate::node_boundaries::MockNodeBoundaryRepository;
pub use crate::node_variants::MockNodeVariantRepository;
pub use crate::unit_of_work::MockUnitOfWorkFactory;
pub use crate::workflows::MockWorkflowRepository;

use crate::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, StoreResult, UnitId, UnitOfWork, WorkflowRepository,
};
use async_trait::async_trait;

mockall::mock! {
    /// Mocks a [`UnitOfWork`].
    #[derive(Debug)]
    pub UnitOfWork {}

    #[async_trait]
    impl UnitOfWork for UnitOfWork {
        fn workflows(&mut self) -> &mut dyn WorkflowRepository;
        fn executions(&mut self) -> &mut dyn ExecutionRepository;
        fn node_boundaries(&mut self) -> &mut dyn NodeBoundaryRepository;
        fn checkpoint_files(&mut self) -> &mut dyn CheckpointFileRepository;
        fn node_variants(&mut self) -> &mut dyn NodeVariantRepository;
        fn evaluation_results(&mut self) -> &mut dyn EvaluationResultRepository;
        fn audit_logs(&mut self) -> &mut dyn AuditLogRepository;
        async fn identify(&mut self) -> StoreResult<UnitId>;
        async fn commit(self: Box<Self>) -> StoreResult<()>;
        async fn rollback(self: Box<Self>) -> StoreResult<()>;
    }
}
