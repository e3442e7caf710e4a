//! Identifiers cut to a length that still tells them apart.

use crate::view::text::printable;
use std::collections::BTreeSet;

/// Characters that are always shown.
const LEAST: usize = 8;

/// How many characters of each of some identifiers to show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abbreviation(usize);

impl Abbreviation {
    /// The shortest length, at least 8, at which different ones of `ids` look different.
    pub(crate) fn of<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let ids: BTreeSet<&str> = ids.into_iter().collect();
        // Neighbours in sorted order share the longest beginnings.
        let shared = ids.iter().zip(ids.iter().skip(1)).map(|(one, next)| shared_characters(one, next));
        Self(shared.max().map_or(LEAST, |longest| LEAST.max(longest + 1)))
    }

    /// The beginning of `id`.
    pub(crate) fn shorten(self, id: &str) -> String {
        printable(&id.chars().take(self.0).collect::<String>())
    }
}

fn shared_characters(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_characters_are_enough_for_ids_that_differ_early() {
        let short = Abbreviation::of(["190e3c87-cb79-4142", "827d7716-a3ce-4174"]);
        assert_eq!(short.shorten("190e3c87-cb79-4142"), "190e3c87");
    }

    #[test]
    fn ids_that_begin_alike_are_shown_until_they_differ() {
        let ids = ["0198c1a2-7b3e-7aaa", "0198c1a2-7b3e-7aab", "7"];
        let short = Abbreviation::of(ids);
        assert_eq!(ids.map(|id| short.shorten(id)), ["0198c1a2-7b3e-7aaa", "0198c1a2-7b3e-7aab", "7"]);
    }

    #[test]
    fn one_id_that_begins_another_is_shown_whole() {
        let short = Abbreviation::of(["execution-1", "execution-12", "execution-12"]);
        assert_eq!(short.shorten("execution-12"), "execution-12");
    }
}
