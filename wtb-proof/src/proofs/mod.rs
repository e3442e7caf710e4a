//! All proofs, in the order in which they run.

pub(crate) mod hostile;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[hostile::texts::PROOF, hostile::imports::PROOF];
