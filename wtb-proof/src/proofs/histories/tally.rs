//! How often which call was answered how.

use super::answer::{Answer, Answered};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often which call was answered how.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Counts>);

/// By what was called and what was answered.
pub(super) type Counts = BTreeMap<(&'static str, &'static str), u64>;

impl Tally {
    /// Counts an answer to a call of `method`.
    pub(super) fn count(&self, method: &'static str, answered: &Answered) {
        let answer = match answered {
            Ok(Answer::Done | Answer::Row(_)) => "done",
            Ok(Answer::Found(Some(_))) => "found",
            Ok(Answer::Found(None)) => "none",
            Ok(Answer::Rows(rows)) if rows.is_empty() => "no rows",
            Ok(Answer::Rows(_)) => "rows",
            Ok(Answer::Was(true)) => "it was there",
            Ok(Answer::Was(false)) => "it was not there",
            Ok(Answer::Page(_, true)) => "a page",
            Ok(Answer::Page(_, false)) => "the last page",
            Err(refusal) => refusal.name(),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((method, answer)).or_default() += 1;
    }

    /// What was counted.
    pub(super) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The most important counts.
    pub(super) fn in_words(&self) -> String {
        let counts = self.counts();
        let of = |name: &str| {
            counts.iter().filter(|((_, answer), _)| *answer == name).map(|(_, count)| count).sum()
        };
        let (answers, conflicts, spent): (u64, u64, u64) =
            (counts.values().sum(), of("Conflict"), of("Aborted"));
        let refusals = counts.iter().filter(|((_, answer), _)| answer.starts_with(char::is_uppercase));
        let refused = refusals.map(|(_, count)| count).sum::<u64>() - conflicts - spent;
        format!(
            "{answers} answers, among them {refused} refusals, {conflicts} conflicts and {spent} from spent units"
        )
    }
}
