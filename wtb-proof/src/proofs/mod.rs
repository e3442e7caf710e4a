//! All proofs, in the order in which they run.

mod connections;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[connections::CUT, connections::ENDED];
