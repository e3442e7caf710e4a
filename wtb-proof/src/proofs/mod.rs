//! All proofs, in the order in which they run.

mod killed;

pub(crate) use killed::{CommitUnits, commit_units};

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub(crate) const ALL: &[Proof] =
    &[killed::SQLITE, killed::POSTGRES, killed::SERVER, killed::POWER_FULL, killed::POWER_NORMAL];
