//! Commits begin with the crate or part that they change, and say in one line what they do.

use crate::command::git;
use crate::failure::Failure;

/// Characters of the first line that all views of a history show.
const LONGEST: usize = 72;

/// Only commits after the one that added this rule are bound by it.
const RULE: &str = "xtask/src/tidy/commits.rs";

/// One finding for each commit after the rule whose first line does not follow it.
pub(super) fn check() -> Result<Vec<String>, Failure> {
    // In a shallow clone the oldest commit there is adds all files. Before the rule is committed there is none.
    let added = git(&["log", "--diff-filter=A", "--format=%H", "--"], &[RULE])?;
    let Some(first) = added.lines().last() else { return Ok(Vec::new()) };
    let range = format!("{first}..HEAD");
    let log = git(&["log", "--no-merges", "--format=%h %s", &range], &[])?;
    Ok(log.lines().filter_map(finding).collect())
}

fn finding(line: &str) -> Option<String> {
    let (hash, subject) = line.split_once(' ')?;
    let length = subject.chars().count();
    if length > LONGEST {
        return Some(format!(
            "commit {hash}: the first line has {length} characters, {LONGEST} are the most"
        ));
    }
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let follows = subject.split_once(": ").is_some_and(|(parts, summary)| {
        parts.split(", ").all(is_word)
            && summary.starts_with(|c: char| !c.is_uppercase() && !c.is_whitespace())
            && !summary.ends_with('.')
    });
    (!follows).then(|| format!("commit {hash}: write `crate: imperative summary`, not `{subject}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_without_a_part_or_too_long_is_found() {
        let longest = format!("1234567 sql: {}", "x".repeat(LONGEST - 5));
        for good in ["1234567 cli: print the hint", "1234567 wtb-ports, sql: rename a port", &longest] {
            assert_eq!(finding(good), None);
        }
        for bad in [
            "print the hint",
            "cli: Print the hint",
            "The cli: print",
            "cli: print the hint.",
            "cli:print",
            ": print",
        ] {
            let expected = format!("commit 1234567: write `crate: imperative summary`, not `{bad}`");
            assert_eq!(finding(&format!("1234567 {bad}")), Some(expected));
        }
        let expected = "commit 1234567: the first line has 73 characters, 72 are the most";
        assert_eq!(finding(&format!("{longest}x")), Some(expected.to_owned()));
    }
}
