//! All proofs, in the order in which they run.

mod cancelled;
mod connections;
mod histories;
pub(crate) mod hostile;
mod isolation;
pub(crate) mod killed;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[
    histories::PROOF,
    isolation::MEMORY,
    isolation::SQLITE,
    isolation::POSTGRES,
    isolation::INTERLEAVINGS,
    cancelled::MEMORY,
    cancelled::SQLITE,
    cancelled::POSTGRES,
    killed::SQLITE,
    killed::POSTGRES,
    killed::SERVER,
    killed::POWER_FULL,
    killed::POWER_NORMAL,
    connections::CUT,
    connections::ENDED,
    hostile::texts::PROOF,
    hostile::imports::PROOF,
];
