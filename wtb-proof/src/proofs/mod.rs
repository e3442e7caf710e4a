//! All proofs, in the order in which they run.

mod cancelled;
mod connections;
mod isolation;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[
    isolation::MEMORY,
    isolation::SQLITE,
    isolation::POSTGRES,
    isolation::INTERLEAVINGS,
    cancelled::MEMORY,
    cancelled::SQLITE,
    cancelled::POSTGRES,
    connections::CUT,
    connections::ENDED,
];
