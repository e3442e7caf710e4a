//! How often what was answered.

use super::call::{Answered, Refusal};
use std::sync::atomic::{AtomicU64, Ordering};

/// How often what was answered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    answers: AtomicU64,
    refused: AtomicU64,
    conflicts: AtomicU64,
}

impl Tally {
    /// Counts an answer.
    pub(super) fn count(&self, answered: &Answered) {
        let add = |counter: &AtomicU64| {
            counter.fetch_add(1, Ordering::Relaxed);
        };
        add(&self.answers);
        if let Err(refusal) = answered {
            add(&self.refused);
            if *refusal == Refusal::Conflict {
                add(&self.conflicts);
            }
        }
    }

    /// The counts in words.
    pub(super) fn in_words(&self) -> String {
        let [answers, refused, conflicts] =
            [&self.answers, &self.refused, &self.conflicts].map(|counter| counter.load(Ordering::Relaxed));
        format!("{answers} answers, {refused} of them refusals and {conflicts} conflicts")
    }
}
