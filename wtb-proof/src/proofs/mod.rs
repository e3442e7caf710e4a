//! All proofs, in the order in which they run.

mod histories;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[histories::PROOF];
