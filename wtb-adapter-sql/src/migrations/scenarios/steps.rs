//! Lists of steps for tests.

use crate::migrations::{Migration, Steps};

/// These steps and then others, given by name and text.
pub(crate) fn following(first: Steps, more: &[(&'static str, &'static str)]) -> Steps {
    let more = more.iter().zip(first.len() + 1..).map(|((name, sql), number)| Migration {
        version: number.try_into().expect("a small number"),
        name,
        sql,
    });
    // A program has one list for as long as it runs, and so has a test.
    Vec::leak(first.iter().copied().chain(more).collect())
}
