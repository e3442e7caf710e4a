//! What became of the tests, store by store.

use super::counts::Counts;
use super::selection::{MODULES, Selection};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The binaries that run the contract, and what they run it on.
const STORES: [(&str, &str); 4] = [
    ("contract", "memory"),
    ("contract_sqlite", "SQLite"),
    ("contract_postgres", "PostgreSQL"),
    ("contract_pgbouncer", "PgBouncer"),
];
/// The store that the description of the server belongs to.
const PROVIDED: &str = "PostgreSQL";

/// One line for each store, one for everything else, and one for each reason to leave something out.
pub(super) fn of(counts: &[(String, Counts)], selection: &Selection, server: Option<&str>) -> String {
    let mut rows = Vec::new();
    for (binary, store) in STORES {
        let found = counts.iter().find(|(name, _)| name == binary);
        match (found, selection.left_out.get(binary)) {
            (Some((_, counts)), _) => {
                let provided = server
                    .filter(|_| store == PROVIDED)
                    .map_or(String::new(), |server| format!("   {server}"));
                rows.push((store, format!("{counts}{provided}")));
            }
            (None, Some(refusal)) => rows.push((store, format!("left out: {refusal}"))),
            (None, None) => rows.push((store, "no test ran".to_owned())),
        }
    }
    let mut others = Counts::default();
    let is_store = |name: &str| STORES.iter().any(|(binary, _)| *binary == name);
    counts.iter().filter(|(name, _)| !is_store(name)).for_each(|(_, counts)| others.add(*counts));
    rows.push(("other tests", others.to_string()));
    for (refusal, binaries) in left_out(selection) {
        rows.push(("left out", format!("{}: {refusal}", binaries.join(", "))));
    }
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or_default();
    let mut text = "\n── what became of the tests: the contract on each store, and the others\n".to_owned();
    for (label, row) in rows {
        let _ = writeln!(text, "{label:width$}  {row}");
    }
    text
}

/// What is left out beside the contract, by reason.
fn left_out(selection: &Selection) -> BTreeMap<&'static str, Vec<String>> {
    let mut by_refusal: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (binary, refusal) in &selection.left_out {
        if STORES.iter().all(|(store, _)| store != binary) {
            by_refusal.entry(refusal).or_default().push(binary.clone());
        }
    }
    if let Some(refusal) = selection.modules_left_out {
        by_refusal.entry(refusal).or_default().push(format!("modules {MODULES}"));
    }
    by_refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: usize, failed: usize, ignored: usize) -> Counts {
        Counts { passed, failed, ignored }
    }

    #[test]
    fn every_store_has_a_line_and_whatever_is_left_out_has_a_reason() {
        let counts = [
            ("contract".to_owned(), counts(402, 0, 28)),
            ("contract_sqlite".to_owned(), counts(419, 1, 10)),
            ("contract_postgres".to_owned(), counts(429, 0, 0)),
            ("wtb-domain".to_owned(), counts(1, 0, 0)),
            ("locks".to_owned(), counts(2, 0, 3)),
        ];
        let left_out = [
            ("contract_pgbouncer", "no pgbouncer"),
            ("replica", "no docker"),
            ("other_replica", "no docker"),
        ];
        let selection = Selection {
            kept: [].into(),
            left_out: left_out.map(|(name, refusal)| (name.to_owned(), refusal)).into(),
            modules_left_out: None,
        };
        let text = of(&counts, &selection, Some("15.18 in a container"));
        let rows: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "memory       402 passed, 28 ignored",
                "SQLite       419 passed, 1 FAILED, 10 ignored",
                "PostgreSQL   429 passed, 0 ignored   15.18 in a container",
                "PgBouncer    left out: no pgbouncer",
                "other tests  3 passed, 3 ignored",
                "left out     other_replica, replica: no docker",
            ]
        );
    }

    #[test]
    fn a_run_without_postgres_says_so() {
        let why = "--without-postgres";
        let selection = Selection {
            kept: [].into(),
            left_out: [("contract_postgres".to_owned(), why)].into(),
            modules_left_out: Some(why),
        };
        let text = of(&[], &selection, None);
        assert!(text.contains("PostgreSQL   left out: --without-postgres\n"), "{text}");
        assert!(text.contains("left out     modules on_postgres: --without-postgres\n"), "{text}");
        assert!(text.contains("memory       no test ran\n"), "{text}");
    }
}
