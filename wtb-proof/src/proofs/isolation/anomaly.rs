//! What snapshot isolation forbids.

use super::history::{Key, UnitNumber};
use std::fmt;

/// What snapshot isolation forbids, with the names that the literature has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// What was read was never committed (G1a).
    AbortedRead,
    /// What was read was replaced before it was committed (G1b).
    IntermediateRead,
    /// A unit does not see what it wrote itself.
    OwnWritesUnseen,
    /// The fields of a row are not of the same moment.
    TornRow,
    /// A committed write is not part of what came after it.
    LostUpdate,
    /// Writes of units are mixed with each other (G0).
    DirtyWrite,
    /// Units that each saw or replaced what the next one wrote, in a circle (G1c).
    CircularFlow,
    /// A unit saw a part of another one, but not all of it (G-single).
    FracturedRead,
    /// Units that do not agree on which of two others came first.
    LongFork,
    /// A later unit of a client saw less than an earlier one.
    SnapshotGoesBack,
    /// A unit did not see what was committed before it began, or saw what was not.
    SnapshotOfAnotherTime,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AbortedRead => "dirty read of what was undone (G1a)",
            Self::IntermediateRead => "dirty read of half of a unit (G1b)",
            Self::OwnWritesUnseen => "own writes unseen",
            Self::TornRow => "torn row",
            Self::LostUpdate => "lost update",
            Self::DirtyWrite => "dirty write (G0)",
            Self::CircularFlow => "circular flow (G1c)",
            Self::FracturedRead => "fractured read (G-single)",
            Self::LongFork => "long fork",
            Self::SnapshotGoesBack => "snapshot older than the client's last one",
            Self::SnapshotOfAnotherTime => "snapshot of another time than that of its begin",
        })
    }
}

/// An anomaly, and where it shows.
#[derive(Debug)]
pub(super) struct Anomaly {
    pub(super) kind: Kind,
    evidence: String,
}

impl Anomaly {
    /// An anomaly that these words show.
    pub(super) fn new(kind: Kind, evidence: impl Into<String>) -> Self {
        Self { kind, evidence: evidence.into() }
    }

    /// An anomaly in what `unit` did with `key`.
    pub(super) fn of(kind: Kind, unit: UnitNumber, key: Key, what: impl fmt::Display) -> Self {
        Self::new(kind, format!("unit {unit}, row {key}: {what}"))
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.evidence)
    }
}
