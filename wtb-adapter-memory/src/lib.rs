//! A complete transactional store in memory, for tests, experiments and short-lived benches.
//!
//! It keeps the same contract as the stores on databases: units see one snapshot and their own writes, commit all or
//! nothing, and enforce unique keys, references and revisions. Any difference that a caller can see is a bug. Only the
//! disk is missing: what is stored is gone with the last handle.
//!
//! ```
//! use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
//! use wtb_ports::{Retry, UnitOfWorkFactory};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = wtb_adapter_memory::open();
//! let id = WorkflowId::new("loans-1")?;
//!
//! let mut unit = store.begin().await?;
//! unit.workflows().add(Workflow::new(id.clone(), "loans", Json::new("{}"), Timestamp::UNIX_EPOCH)).await?;
//! unit.commit().await?;
//!
//! // Of two units that change the same workflow, the first to commit wins; the other may begin again.
//! let (mut first, mut second) = (store.begin().await?, store.begin().await?);
//! for unit in [&mut first, &mut second] {
//!     let mut workflow = unit.workflows().get_by_id(&id).await?.ok_or("it was committed")?;
//!     workflow.description = "Weighs an application for a loan".to_owned();
//!     unit.workflows().update(workflow).await?;
//! }
//! first.commit().await?;
//! let refusal = second.commit().await.expect_err("the first one won");
//! assert_eq!(refusal.retry(), Retry::WholeUnit);
//! # Ok(()) }
//! ```
//!
//! # How it works
//!
//! What is committed is one root of persistent maps behind a pointer. A unit begins by copying the pointer, works on a
//! version of its own, and commits by swapping the pointer, after moving its writes onto what others committed in
//! the meantime. No unit waits for another: conflicts are found at `commit`, which fails with
//! [`Conflict`](wtb_ports::StoreError::Conflict). That includes an id or unique key that two open units added: the
//! second one fails with `Conflict` at its commit, and with `AlreadyExists` when it tries again. A unit that is refused
//! because of a row that only it still sees fails with `Conflict` at once.
//!
//! The outcome of a unit that was [identified](wtb_ports::UnitOfWork::identify) is known until 10,000 more were. For one
//! that is still open, [`Unavailable`](wtb_ports::StoreError::Unavailable) is returned at once.
//!
//! Calls never suspend. Those that write 100,000 entities at once keep their thread busy for a good part of a second.

mod commit;
mod committed;
mod freeing;
mod index;
#[cfg(feature = "interleaving")]
pub mod interleaving;
mod outcomes;
mod places;
mod repositories;
mod root;
mod store;
mod table;
mod tables;
mod unit;
mod work;

pub use store::MemoryStore;

/// Opens an empty store.
#[must_use]
pub fn open() -> MemoryStore {
    MemoryStore::default()
}
