//! How an import stores, and what came of it.

use crate::import::mapping::{Adjusted, LeftOut, NoHome};
use std::ops::AddAssign;
use wtb_domain::{EntityKind, ExecutionId, ExecutionStatus};

/// How to store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// Undo everything at the end.
    pub(crate) dry_run: bool,
    /// Leave out rows that break a rule, instead of stopping.
    pub(crate) skip_invalid: bool,
    /// Update rows that only the source changed since they were imported, instead of stopping.
    pub(crate) refresh: bool,
    /// What people call the source.
    pub(crate) source: &'a str,
}

/// What became of the entities of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// So many were absent and were added.
    pub(crate) added: u64,
    /// So many were stored before, and equal.
    pub(crate) already_there: u64,
    /// So many were stored before, and were updated.
    pub(crate) updated: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.already_there += other.already_there;
        self.updated += other.updated;
    }
}

/// What became of everything.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Parents before the kinds that refer to them.
    pub(crate) tallies: Vec<(EntityKind, Tally)>,
    /// The rows that were left out.
    pub(crate) left_out: LeftOut,
    /// What there is no place for.
    pub(crate) no_home: NoHome,
    /// The values that are stored in another form.
    pub(crate) adjusted: Vec<Adjusted>,
    /// The known tables that the source does not have.
    pub(crate) missing: Vec<&'static str>,
    /// An execution to look at: the first that failed, or the first of all.
    pub(crate) example: Option<(ExecutionId, ExecutionStatus)>,
}
