//! Why an import stopped, with nothing stored.

use super::difference::Difference;
use super::outcome::Outcome;
use super::taken::Taken;
use crate::failure::CliError;
use crate::import::mapping::LeftOut;
use std::error::Error;
use std::fmt;
use wtb_ports::{Retry, Retryable, StoreError};

/// Why an import stopped, with nothing stored.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The store said no.
    Store(StoreError),
    /// The source could not be read, or what is known about its rows not be remembered.
    Source(CliError),
    /// Something is stored under the same id and differs.
    Differs(Difference),
    /// As `Differs`, and the store changed it since an import wrote it.
    BothChanged(Difference),
    /// The two could not be written down to be compared.
    Unwritable(serde_json::Error),
    /// Something with another id is stored and has the same unique fields.
    Taken(Taken),
    /// Rows break a rule; there is at least one.
    Invalid(LeftOut),
    /// Other imports of the same source were faster again and again.
    KeepsMeeting,
    /// It was only a trial, and this is what would have come of it.
    DryRun(Box<Outcome>),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CliError> for Stop {
    fn from(error: CliError) -> Self {
        Self::Source(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Unwritable(error)
    }
}

impl Retryable for Stop {
    fn retry(&self) -> Retry {
        match self {
            Self::Store(error) => error.retry(),
            Self::Source(_)
            | Self::Differs(_)
            | Self::BothChanged(_)
            | Self::Unwritable(_)
            | Self::Taken(_)
            | Self::Invalid(_)
            | Self::KeepsMeeting
            | Self::DryRun(_) => Retry::Never,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(StoreError::OutcomeUnknown { .. }) => {
                f.write_str("contact with the store was lost at the very end: import again to be sure")
            }
            Self::Store(error) => error.fmt(f),
            Self::Source(error) => error.fmt(f),
            Self::Differs(difference) => difference.fmt(f),
            Self::BothChanged(difference) => {
                write!(f, "{difference}, and was changed in the store since it was imported")
            }
            Self::Unwritable(_) => f.write_str("a row differs from the stored one and cannot be shown"),
            Self::Taken(taken) => taken.fmt(f),
            Self::Invalid(_) => f.write_str("rows break a rule"),
            Self::KeepsMeeting => {
                f.write_str("other imports are in the way: import again when they are done")
            }
            Self::DryRun(_) => f.write_str("it was only a trial"),
        }
    }
}

impl Error for Stop {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Source(error) => Some(error),
            Self::Unwritable(error) => Some(error),
            _ => None,
        }
    }
}
