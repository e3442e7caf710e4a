//! A history: what each unit of some clients read and wrote, how it ended, and when it began and ended.

use std::fmt;
use std::str::FromStr;

/// The number of a unit in its history.
pub(super) type UnitNumber = usize;

/// The number of a row and of the log about it.
pub(super) type Key = usize;

/// What a write leaves behind: the unit that wrote it, and how many writes that unit had made before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Tag {
    pub(super) unit: UnitNumber,
    pub(super) nth: usize,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.unit, self.nth)
    }
}

impl FromStr for Tag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('.').and_then(|(unit, nth)| Some((unit.parse().ok()?, nth.parse().ok()?)));
        let (unit, nth) = parts.ok_or_else(|| format!("{text} was never written"))?;
        Ok(Self { unit, nth })
    }
}

/// A row as it was read. Every write appends its tag to the list, sets the register to it, and raises the revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) revision: usize,
    pub(super) list: Vec<Tag>,
    pub(super) register: Option<Tag>,
}

impl Row {
    /// How many writes there were, by the revision.
    pub(super) fn writes(&self) -> usize {
        self.revision.saturating_sub(1)
    }
}

/// What a unit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Read a row.
    SawRow(Key, Row),
    /// Changed a row that it had read.
    ChangedRow(Key, Tag),
    /// Read all entries of the log about a row.
    SawLog(Key, Vec<Tag>),
    /// Appended an entry to that log.
    Logged(Key, Tag),
}

/// When something was asked for, and when it was answered. No two moments of a history are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) asked: u64,
    pub(super) answered: u64,
}

/// How a unit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was committed, and told so.
    Committed,
    /// It was refused, rolled back or dropped.
    Undone,
}

/// A unit of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) client: usize,
    pub(super) begin: Interval,
    pub(super) end: Interval,
    pub(super) outcome: Outcome,
    pub(super) steps: Vec<Step>,
}

/// The units of some clients; the number of a unit is its place.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    pub(super) units: Vec<Unit>,
}

impl History {
    /// Whether the unit was committed; one that nobody began was not.
    pub(super) fn is_committed(&self, unit: UnitNumber) -> bool {
        self.units.get(unit).is_some_and(|unit| unit.outcome == Outcome::Committed)
    }
}
