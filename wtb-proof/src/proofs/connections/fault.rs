//! What happens to a conversation, and where.

use std::fmt;
use std::time::Duration;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Store,
    Server,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection breaks, for both sides.
    Cut,
    /// Nothing arrives any more, in either direction, and nobody is told.
    Silence,
    /// What follows arrives later.
    Delay(Duration),
}

/// A fault, after so many bytes of a speaker; those still arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) fault: Fault,
    pub(super) speaker: Speaker,
    pub(super) after: usize,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, speaker, after } = self;
        let speaker = match speaker {
            Speaker::Store => "store",
            Speaker::Server => "server",
        };
        write!(f, "{fault:?} after {after} bytes of the {speaker}")
    }
}
