//! What reads hostile input, each as a function of bytes that judges what was answered.
//!
//! None needs anything around it, so a fuzzer that is guided by coverage can drive them as well.

mod broken;
mod cursors;
mod documents;
mod environment;
mod ids;
mod names;
mod secrets;
mod settings;
mod timestamps;
mod urls;

use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// What a reader may answer; anything else is what it did wrong.
pub(super) type Verdict = Result<Answer, String>;

/// A good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A value that prints and is read back equal.
    Accepted,
    /// A typed error.
    Refused,
}

/// Something that reads input from outside.
pub(super) struct Target {
    /// What it reads: a word, for the command line.
    pub(super) name: &'static str,
    /// Good input to begin with.
    pub(super) good: &'static [&'static [u8]],
    /// What such input is made of.
    pub(super) words: &'static [&'static [u8]],
    /// How many inputs are tried while others try a thousand.
    pub(super) per_thousand: u64,
    /// Reads and judges.
    pub(super) judge: fn(&[u8]) -> Verdict,
}

/// What the project has.
pub(super) const SOUND: &[&Target] = &[
    &cursors::TARGET,
    &ids::TARGET,
    &names::TARGET,
    &timestamps::TARGET,
    &documents::TARGET,
    &urls::TARGET,
    &secrets::TARGET,
    &settings::TARGET,
    &environment::TARGET,
];

/// The target of this name, planted defects included.
pub(super) fn named(name: &str) -> Option<&'static Target> {
    SOUND.iter().copied().chain(broken::ALL.iter().copied()).find(|target| target.name == name)
}

/// The input as text; what is none is replaced as a terminal would.
fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Judges a reader that must accept what `expected` says, and whose values print as they are read.
fn reads<T, E>(parse: impl Fn(&str) -> Result<T, E>, text: &str, expected: bool) -> Verdict
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
fn comes_back<T, E>(parse: impl Fn(&str) -> Result<T, E>, value: &T) -> Verdict
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
fn refused(error: &impl Display) -> Verdict {
    let message = error.to_string();
    if message.is_empty() || message.len() > 1_000 || message.contains(char::is_control) {
        return Err(format!("its error is no sentence: {message:?}"));
    }
    Ok(Answer::Refused)
}

/// Reads by the type's own [`FromStr`].
fn parse<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}
