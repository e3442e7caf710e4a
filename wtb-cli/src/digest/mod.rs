//! Digests of what a store holds: for each kind of entity the number of its rows and SHA-256 over them.
//!
//! Two stores hold the same exactly if their digests are equal, whatever databases they are kept in. Any program can
//! compute them: the SHA-256 of a kind is taken over its rows in insertion order, with nothing before, between or
//! after them. A row is its fields in the order given below, with nothing between them either.
//!
//! | value | bytes |
//! |---|---|
//! | whole number | 8, two's complement, the most significant first |
//! | time | the whole number of its microseconds since 1970 in UTC |
//! | duration | the whole number of its nanoseconds |
//! | text, id, name of a state | the whole number of its bytes, then the bytes, in UTF-8 |
//! | document | as text: its very bytes, nothing rewritten |
//! | floating point number | 8, IEEE 754 binary64, the most significant first |
//! | yes or no | 1: one or zero |
//! | what may be absent | 1, zero, if it is; else 1, one, and the value |
//! | list | the whole number of its items, then the items |
//!
//! The fields; `?` marks those that may be absent:
//!
//! ```text
//! workflow           id, revision, name, description, definition, version, metadata, created_at, updated_at
//! execution          id, revision, workflow_id, status, session_id?, checkpoint_id?, current_node?,
//!                    initial_state, state, execution_path, breakpoints, error? (message, node?), metadata,
//!                    created_at, started_at?, completed_at?
//! node boundary      id, revision, execution_id, session_id, node_id, attempt, status, entry_checkpoint_id?,
//!                    exit_checkpoint_id?, error? (message, details?), started_at?, completed_at?
//! checkpoint file    id, revision, checkpoint_id, file_commit_id, file_count, total_size_bytes, created_at
//! node variant       id, revision, workflow_id, node_id, name, description, definition, is_active, metadata,
//!                    created_at
//! evaluation result  id, revision, execution_id, evaluator_name, evaluator_version, score, passed,
//!                    metrics (each name, value, unit?), details?, raw_output?, metadata, evaluated_at, duration
//! audit entry        timestamp, event_type, severity, message, execution_id?, node_id?, details, error?, duration?
//! ```
//!
//! Places are no part of it: where rows were deleted they have gaps, which a copy does not have.

mod canonical;
mod entities;

pub(crate) use canonical::Canonical;

use crate::row::{Row, with_kind};
use crate::view::text::plural;
use crate::walk::Walk;
use indicatif::ProgressBar;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use wtb_domain::EntityKind;
use wtb_ports::{StoreResult, UnitOfWork};

/// What tells whether two stores hold the same entities of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Digest {
    /// How many there are.
    pub(crate) rows: u64,
    /// SHA-256 over them in hexadecimal.
    pub(crate) sha256: String,
}

/// The digest of every kind, in the order of [`EntityKind::ALL`].
pub(crate) type Digests = Vec<(EntityKind, Digest)>;

/// The digests of what `unit` sees.
///
/// # Errors
/// The first that reading a page answers.
pub(crate) async fn of_store(unit: &mut dyn UnitOfWork, progress: &ProgressBar) -> StoreResult<Digests> {
    let mut digests = Vec::with_capacity(EntityKind::ALL.len());
    for kind in EntityKind::ALL {
        progress.set_message(format!("reading {}", plural(kind.as_str())));
        digests.push((*kind, with_kind!(*kind, of_kind(unit, progress))?));
    }
    Ok(digests)
}

async fn of_kind<R: Row>(unit: &mut dyn UnitOfWork, progress: &ProgressBar) -> StoreResult<Digest> {
    let mut hash = Sha256::new();
    let mut rows = 0;
    let mut walk = Walk::default();
    loop {
        let page = walk.next::<R>(unit).await?;
        if page.is_empty() {
            return Ok(Digest { rows, sha256: hexadecimal(&hash.finalize()) });
        }
        for row in &page {
            row.write(&mut hash);
        }
        rows += page.len() as u64;
        progress.inc(page.len() as u64);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests;
