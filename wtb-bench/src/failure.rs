//! Why a measurement could not be made.

/// In words for the person who ran it.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a step of a measurement answers.
pub(crate) type Outcome<T> = Result<T, Failure>;
