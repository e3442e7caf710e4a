//! The behaviour every store must show, as tests that any adapter can run on itself.
//!
//! An adapter's test file opens an empty store for each case and names the groups it runs:
//!
//! ```
//! use wtb_contract::{Backend, StoreSpec, contract};
//!
//! async fn open(_spec: StoreSpec) -> Backend {
//!     Backend::new(wtb_adapter_memory::open())
//! }
//!
//! contract! {
//!     open: open,
//!     groups: {
//!         workflows, executions, node_boundaries, checkpoint_files, node_variants, evaluation_results, audit_logs,
//!         pages, values, references, units, outcomes, snapshots, failures, bulk, concurrent_writers,
//!         interleaved_units,
//!         #[ignore = "the memory store has no connections to wait for"] waiting,
//!     }
//! }
//! ```
//!
//! Every group must be named. One that an adapter cannot run is `#[ignore = "reason"]`, which test runners show.
//! Each case is a plain `async fn` in [`cases`], named as a sentence about behaviour and listed once, in
//! `suite/`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a contract that is broken panics: this crate is tests"
)]

mod arrange;
mod backend;
mod calls;
pub mod cases;
mod cut;
pub mod defective;
mod everything;
mod expect;
mod follower;
pub mod samples;
mod shared;
mod stored;
mod suite;
mod walk;

pub use backend::{Backend, StoreSpec};
pub use calls::{Answer, Call, reads, writes};
pub use cut::cut_after;
pub use everything::{Everything, store_every_kind};
pub use follower::Follower;
pub use stored::Stored;
pub use suite::{Case, all_cases};
