//! Why a task failed.

/// The reason, in words for the person who ran it.
pub(crate) type Failure = Box<dyn std::error::Error>;
