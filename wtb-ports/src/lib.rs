//! What the application asks of a store: repositories, a unit of work, errors, a clock and identifiers.
//!
//! Begin a unit, use its repositories, commit. This is the whole of it, with any store behind the factory:
//!
//! ```
//! use wtb_domain::{Execution, ExecutionId, Json, Workflow, WorkflowId};
//! use wtb_ports::{Clock, IdGenerator, StoreResult, UnitOfWorkFactory};
//!
//! async fn first_run(store: &dyn UnitOfWorkFactory, clock: &dyn Clock, ids: &dyn IdGenerator) -> StoreResult<()> {
//!     let now = clock.now();
//!     let workflow = Workflow::new(WorkflowId::from_uuid(ids.next_uuid()), "loans", Json::new("{}"), now);
//!     let execution = Execution::new(ExecutionId::from_uuid(ids.next_uuid()), workflow.id.clone(), now);
//!
//!     let mut unit = store.begin().await?;
//!     unit.workflows().add(workflow).await?;
//!     unit.executions().add(execution).await?;
//!     unit.commit().await // without this line nothing is stored
//! }
//! ```
//!
//! # The contract
//!
//! Every store keeps these rules, and `wtb-contract` is the test of it.
//!
//! 1. A unit's writes are visible to itself at once, to others only after `commit`, and then all of them.
//! 2. `rollback`, a dropped unit, a panic and a cancelled future leave nothing behind.
//! 3. After any `Err` the unit is spent: `commit` answers `Aborted` and keeps nothing.
//! 4. A unit reads one snapshot for its whole life, plus its own writes.
//! 5. Lost updates are impossible: `Stale` when the revision is old, `Conflict` when two open units meet. Two units that
//!    write different rows do not meet, even where each reads what the other writes. So write skew is possible in memory
//!    and in PostgreSQL. It is not in SQLite, where one unit writes at a time: the next one begins after it has ended.
//! 6. Unique fields and references are enforced, against what the unit sees and against what is committed. A row in the way
//!    that the unit sees, and that is still there, is `AlreadyExists` or `StillReferenced`. One that the unit does not see,
//!    or that another unit has deleted or changed since, is a `Conflict`: run again, the unit may succeed. So a unit can
//!    look and add what is absent. A parent that the unit does not see is a `MissingReference`; one that it sees, but that
//!    another unit has deleted, is a `Conflict`. A store may return the `Conflict` from the call or from `commit`. When a call breaks several rules, the answer is about one of them;
//!    `InvalidValue` comes first, and a taken `id` before the other unique fields.
//! 7. `update` of something absent is `NotFound`; `delete` of it is `Ok(false)`; reads answer `None` or an empty page.
//! 8. What is written is read back equal, bit for bit. What some store could not keep, all refuse with `InvalidValue`
//!    before anything is sent: also texts and rows that are [too](wtb_domain::MAX_TEXT_BYTES)
//!    [long](wtb_domain::MAX_ROW_BYTES). A lookup by a text that no store could keep finds nothing.
//! 9. Lists are in insertion order; walking pages while others insert skips and repeats nothing that was there. A reader
//!    of settled log entries misses nothing and sees nothing twice, whatever the order of commits.
//!    A page is bounded by its limit and by [`PAGE_BYTES`]; only a page without `next` is the last.
//! 10. `add_all` and `append_logs` are one atomic step of any size, order kept.
//! 11. Waiting is bounded: `Unavailable` with what was waited for, never a hang.
//! 12. No error, log line or `Debug` text carries a password.
//! 13. A unit that was identified can be asked about later, and the answer is final.

#![cfg_attr(
    feature = "mocks",
    expect(
        clippy::ref_option_ref,
        reason = "mockall matches the optional argument of append_logs by reference"
    )
)]

mod audit_logs;
mod checkpoint_files;
mod clock;
mod error;
mod evaluation_results;
mod executions;
mod id_generator;
mod node_boundaries;
mod node_variants;
mod page;
mod unit_id;
mod unit_of_work;
mod unit_outcome;
mod workflows;

#[cfg(feature = "mocks")]
pub mod mocks;

pub use audit_logs::AuditLogRepository;
pub use checkpoint_files::CheckpointFileRepository;
pub use clock::{Clock, SystemClock};
pub use error::{BoxError, Retry, Retryable, StoreError, StoreResult};
pub use evaluation_results::EvaluationResultRepository;
pub use executions::ExecutionRepository;
pub use id_generator::{CountingIds, IdGenerator};
pub use node_boundaries::NodeBoundaryRepository;
pub use node_variants::NodeVariantRepository;
pub use page::{
    Cursor, InvalidCursor, InvalidPageLimit, PAGE_BYTES, Page, PageBuilder, PageLimit, PageRequest,
};
pub use unit_id::{InvalidUnitId, UnitId};
pub use unit_of_work::{BoxUnitOfWork, UnitOfWork, UnitOfWorkFactory};
pub use unit_outcome::UnitOutcome;
pub use workflows::WorkflowRepository;
