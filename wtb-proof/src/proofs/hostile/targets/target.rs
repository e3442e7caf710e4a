//! What a reader of hostile input is, and how its answer is judged.

use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// What a reader may answer; anything else is what it did wrong.
pub(in super::super) type Verdict = Result<Answer, String>;

/// A good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Answer {
    /// A value that prints and is read back equal.
    Accepted,
    /// A typed error.
    Refused,
}

/// Something that reads input from outside.
pub(in super::super) struct Target {
    /// What it reads: a word, for the command line.
    pub(in super::super) name: &'static str,
    /// Good input to begin with.
    pub(in super::super) good: &'static [&'static [u8]],
    /// What such input is made of.
    pub(in super::super) words: &'static [&'static [u8]],
    /// How many inputs are tried while others try a thousand.
    pub(in super::super) per_thousand: u64,
    /// Reads and judges.
    pub(in super::super) judge: fn(&[u8]) -> Verdict,
}

/// The input as text; what is none is replaced as a terminal would.
pub(super) fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Judges a reader that must accept what `expected` says, and whose values print as they are read.
pub(super) fn reads<T, E>(parse: impl Fn(&str) -> Result<T, E>, text: &str, expected: bool) -> Verdict
where
    T: Display + Debug + PartialEq,
    E: Display,
{
    match parse(text) {
        Ok(_) if !expected => Err("accepts what it must refuse".to_owned()),
        Err(error) if expected => Err(format!("refuses what it must accept: {error}")),
        Ok(value) => comes_back(parse, &value),
        Err(error) => refused(&error),
    }
}

/// Judges whether a value prints as it is read.
pub(super) fn comes_back<T, E>(parse: impl Fn(&str) -> Result<T, E>, value: &T) -> Verdict
where
    T: Display + Debug + PartialEq,
    E: Display,
{
    let printed = value.to_string();
    match parse(&printed) {
        Ok(again) if again == *value => Ok(Answer::Accepted),
        Ok(again) => Err(format!("{value:?} prints as {printed:?}, which is read as {again:?}")),
        Err(error) => Err(format!("{value:?} prints as {printed:?}, which is refused: {error}")),
    }
}

/// Judges the message of an error: one sentence that a person can read.
pub(super) fn refused(error: &impl Display) -> Verdict {
    let message = error.to_string();
    if message.is_empty() || message.len() > 1_000 || message.contains(char::is_control) {
        return Err(format!("its error is no sentence: {message:?}"));
    }
    Ok(Answer::Refused)
}

/// Reads by the type's own [`FromStr`].
pub(super) fn parse<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}
