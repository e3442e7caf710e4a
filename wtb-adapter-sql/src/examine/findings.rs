//! Problems on their way into a report: in the order in which to repair them.

use crate::Problem;

/// What has to be repaired before what: a unique index cannot be made while there are duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Settings,
    Tables,
    Rows,
    Indexes,
    Constraints,
    Triggers,
    Sequences,
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<(Phase, Problem)>);

impl Findings {
    pub(crate) fn add(&mut self, phase: Phase, problem: Problem) {
        self.0.push((phase, problem));
    }

    /// Adds that a part of the examination failed, which says nothing about the store.
    pub(crate) fn not_examined(&mut self, part: &str, reason: &str) {
        self.add(Phase::Sequences, Problem::warning(format!("not examined: {part}: {reason}")));
    }

    /// Adds that `part` of a table was not examined, because its columns would make it look wrong.
    pub(crate) fn columns_come_first(&mut self, part: &str, table: &str) {
        self.not_examined(&format!("{part} of {table}"), "repair its columns first, then examine again");
    }

    /// All of them, in the order in which to repair them.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        self.0.sort_by_key(|(phase, _)| *phase);
        self.0.into_iter().map(|(_, problem)| problem).collect()
    }
}
