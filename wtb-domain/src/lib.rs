//! What a workflow test bench keeps: entities, identifiers, states and their rules.
//!
//! Nothing here does I/O, reads a clock or draws a random number: times and identifiers are arguments.
//!
//! An entity is plain data with public fields. Its state moves through guarded methods
//! ([`Execution::start`], [`NodeBoundary::complete`], …) that refuse what the life cycle does not allow, and
//! [`Entity::validated`] says whether every store could keep its values unchanged.
//!
//! ```
//! use wtb_domain::{Entity, Execution, ExecutionId, ExecutionStatus, Timestamp, WorkflowId};
//!
//! let now = Timestamp::from_micros(1_763_000_000_000_000).expect("a time in this century");
//! let mut execution = Execution::new(ExecutionId::new("run-1")?, WorkflowId::new("loans")?, now);
//! execution.start(now)?;
//! assert_eq!(execution.status, ExecutionStatus::Running);
//! assert!(execution.start(now).is_err(), "it runs already");
//! let execution = execution.validated()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit_entry;
mod byte_size;
mod checkpoint_file;
mod closed_set;
mod entity;
mod entity_kind;
mod evaluation_result;
mod event_type;
mod execution;
mod id;
mod json;
mod json_grammar;
mod node_boundary;
mod node_variant;
mod revision;
mod rules;
mod timestamp;
mod transition;
mod workflow;

#[cfg(feature = "serde")]
mod serde_forms;

pub use audit_entry::{AuditEntry, Severity};
pub use byte_size::ByteSize;
pub use checkpoint_file::CheckpointFile;
pub use closed_set::UnknownName;
pub use entity::Entity;
pub use entity_kind::EntityKind;
pub use evaluation_result::{EvaluationResult, Metric};
pub use event_type::EventType;
pub use execution::{Execution, ExecutionError, ExecutionStatus};
pub use id::{
    CheckpointFileId, CheckpointId, EvaluationResultId, ExecutionId, FileCommitId, InvalidId, NodeBoundaryId,
    NodeId, NodeVariantId, SessionId, WorkflowId,
};
pub use json::Json;
pub use json_grammar::{InvalidJson, MAX_DEPTH};
pub use node_boundary::{NodeBoundary, NodeBoundaryError, NodeBoundaryStatus};
pub use node_variant::NodeVariant;
pub use revision::Revision;
pub use rules::{InvalidValue, MAX_DURATION, MAX_KEY_TEXT_BYTES, MAX_ROW_BYTES, MAX_TEXT_BYTES, is_key_text};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use transition::InvalidTransition;
pub use workflow::Workflow;
