//! All proofs, in the order in which they run.

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[];
