//! The name its writer probably meant.

/// The one of `names` that differs least from `written`, unless all differ much.
pub(crate) fn nearest<T: AsRef<str>>(written: &str, names: impl IntoIterator<Item = T>) -> Option<T> {
    let length = written.chars().count();
    // Each missing character is an edit, so most names need no closer look, however long the text is.
    let may_be_near = |name: &T| length.abs_diff(name.as_ref().len()) <= name.as_ref().len() / 4;
    names
        .into_iter()
        .filter(may_be_near)
        .map(|name| (edits(written, name.as_ref()), name))
        .filter(|(edits, name)| *edits <= name.as_ref().len() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// How many characters must be added, removed or replaced to make one text of the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (removed, have) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = removed + 1;
        for (place, want) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(have != *want);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in [("", "", 0), ("abc", "", 3), ("mode", "mod", 1), ("kitten", "sitting", 3)] {
            assert_eq!((edits(from, to), edits(to, from)), (count, count), "{from} {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_unless_all_are_far() {
        let names = ["storage.mode", "storage.url", "log.level"];
        assert_eq!(nearest("storage.mod", names), Some("storage.mode"));
        assert_eq!(nearest("stroage.url", names), Some("storage.url"));
        assert_eq!(nearest("pool.size", names), None);
        assert_eq!(nearest(&"storage.mode".repeat(100_000), names), None, "and takes no time");
    }
}
