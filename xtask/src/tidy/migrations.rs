//! Migrations are numbered without gaps and have the same names for every database.

use super::tree::Tree;
use std::collections::BTreeMap;

/// One finding for each gap, each missing twin and each file without a header.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in tree.ending(".sql") {
        let Some((_, place)) = file.path.split_once("migrations/") else { continue };
        let Some((database, name)) = place.split_once('/') else { continue };
        names.entry(database).or_default().push(name);
        if !file.text.starts_with("-- ") {
            findings.push(format!("{}: the first line must be a `-- ` comment that says why", file.path));
        }
    }
    for (database, names) in &mut names {
        names.sort_unstable();
        for (number, name) in (1..).zip(names) {
            if !name.starts_with(&format!("{number:04}_")) {
                findings.push(format!("migrations/{database}/{name}: the next number is {number:04}"));
            }
        }
    }
    if let Some((first, expected)) = names.first_key_value() {
        for (database, found) in names.iter().skip(1) {
            for name in expected.iter().filter(|name| !found.contains(name)) {
                findings.push(format!("migrations/{database}/{name} is missing; {first} has it"));
            }
            for name in found.iter().filter(|name| !expected.contains(name)) {
                findings.push(format!("migrations/{first}/{name} is missing; {database} has it"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    #[test]
    fn gaps_missing_twins_and_missing_headers_are_found() {
        let in_step = tree(&[
            ("x/migrations/one/0001_initial.sql", "-- Why.\n"),
            ("x/migrations/two/0001_initial.sql", "-- Why.\n"),
        ]);
        assert_eq!(check(&in_step), Vec::<String>::new());
        let out_of_step = tree(&[
            ("x/migrations/one/0001_initial.sql", "-- Why.\n"),
            ("x/migrations/one/0003_more.sql", "CREATE\n"),
            ("x/migrations/two/0001_other.sql", "-- Why.\n"),
        ]);
        assert_eq!(
            check(&out_of_step),
            [
                "x/migrations/one/0003_more.sql: the first line must be a `-- ` comment that says why",
                "migrations/one/0003_more.sql: the next number is 0002",
                "migrations/two/0001_initial.sql is missing; one has it",
                "migrations/two/0003_more.sql is missing; one has it",
                "migrations/one/0001_other.sql is missing; two has it",
            ]
        );
    }
}
