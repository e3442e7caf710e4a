//! All proofs, in the order in which they run.

pub(crate) mod contention;
pub(crate) mod troubles;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[
    troubles::ONLY_READS,
    troubles::NO_CONNECTIONS,
    troubles::LOCKS,
    troubles::FULL_DISK_SQLITE,
    troubles::FULL_DISK_POSTGRES,
    contention::SQLITE,
    contention::POSTGRES,
];
