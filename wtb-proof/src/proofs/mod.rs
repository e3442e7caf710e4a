//! All proofs, in the order in which they run.

mod cancelled;
mod connections;
pub(crate) mod contention;
mod counting;
pub(crate) mod files;
mod followers;
mod histories;
pub(crate) mod hostile;
mod isolation;
pub(crate) mod killed;
mod look_then_add;
pub(crate) mod memory;
pub(crate) mod troubles;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] = &[
    histories::PROOF,
    histories::settings::PROOF,
    isolation::MEMORY,
    isolation::SQLITE,
    isolation::POSTGRES,
    isolation::INTERLEAVINGS,
    cancelled::MEMORY,
    cancelled::SQLITE,
    cancelled::POSTGRES,
    cancelled::SHORT_DEADLINES,
    killed::SQLITE,
    killed::POSTGRES,
    killed::SERVER,
    killed::POWER_FULL,
    killed::POWER_NORMAL,
    connections::CUT,
    connections::ENDED,
    connections::WITHOUT_A_SERVER,
    troubles::ONLY_READS,
    troubles::NO_CONNECTIONS,
    troubles::LOCKS,
    troubles::FULL_DISK_SQLITE,
    troubles::FULL_DISK_POSTGRES,
    files::IDENTITY,
    files::READ_ONLY,
    contention::SQLITE,
    contention::SHORT_READERS,
    contention::POSTGRES,
    look_then_add::PROOF,
    followers::PROOF,
    hostile::texts::PROOF,
    hostile::imports::PROOF,
    memory::PROOF,
];
