//! What a proof is: something that is tried many times, and the defects that it has to find.

use crate::seed::Seed;
use futures_util::future::BoxFuture;
use std::fmt::{self, Display};

/// How often things are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As often as takes some minutes in all.
    Quick,
    /// As often as takes an hour in all.
    Long,
}

/// What one run of a proof has to go by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    pub(crate) effort: Effort,
    /// Everything random follows from it.
    pub(crate) seed: Seed,
}

impl Trial {
    /// How often to try: so often in a quick run, so often in a long one.
    pub(crate) fn times<T>(self, quick: T, long: T) -> T {
        match self.effort {
            Effort::Quick => quick,
            Effort::Long => long,
        }
    }
}

/// What was tried, and how often, in words: `400 histories of 50 steps on SQLite`.
#[derive(Debug)]
pub(crate) struct Tried(String);

impl Tried {
    /// In these words.
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a run does not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A store broke a promise: which, and when.
    Found(String),
    /// Something that has nothing to do with a store's promises was in the way, so nothing is known.
    Unable(String),
}

impl Failure {
    /// A store broke a promise.
    pub(crate) fn found(what: impl Display) -> Self {
        Self::Found(what.to_string())
    }

    /// The same, where what was found is told in other words: with its circumstances, or how to see it again.
    pub(crate) fn told(self, tell: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Found(what) => Self::Found(tell(what)),
            unable @ Self::Unable(_) => unable,
        }
    }

    /// Something was in the way.
    pub(crate) fn unable(why: impl Display) -> Self {
        Self::Unable(why.to_string())
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(what) => f.write_str(what),
            Self::Unable(why) => write!(f, "not proved: {why}"),
        }
    }
}

/// How a run ends.
pub(crate) type Outcome = Result<Tried, Failure>;

/// Tries something.
pub(crate) type Run = fn(Trial) -> BoxFuture<'static, Outcome>;

/// Something that is tried many times.
pub(crate) struct Proof {
    /// Its name: a few words, for the table and for `--only`.
    pub(crate) name: &'static str,
    /// On sound stores, where nothing must be found.
    pub(crate) run: Run,
    /// On stores with a defect each, where it must be found.
    pub(crate) defects: &'static [PlantedDefect],
}

/// A defect, and the proof on a store that has it.
pub(crate) struct PlantedDefect {
    /// What the store does wrong: `keeps the first half of a unit`.
    pub(crate) name: &'static str,
    /// The same proof, on that store; its effort is always quick.
    pub(crate) run: Run,
}

/// Makes a [`Run`] of an `async fn(Trial) -> Outcome`.
macro_rules! run {
    ($function:expr) => {
        |trial| Box::pin($function(trial))
    };
}
pub(crate) use run;
