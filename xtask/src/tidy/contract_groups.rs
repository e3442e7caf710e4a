//! Every case of the contract is listed, and every adapter names every group.

use super::tree::{File, Tree};
use std::collections::BTreeSet;

const LISTS: &str = "wtb-contract/src/suite/";
const CASES: &str = "wtb-contract/src/cases/";

/// One finding for each case that no list has, and each group that an adapter does not name.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let lists: Vec<_> = tree.files.iter().filter(|file| file.path.starts_with(LISTS)).collect();
    let mut findings = unlisted_cases(tree, &lists);
    let groups: BTreeSet<&str> = lists
        .iter()
        .flat_map(|list| list.text.lines())
        .filter_map(|line| line.trim().strip_prefix('(')?.split_once(" => $then:ident"))
        .map(|(group, _)| group)
        .filter(|group| !group.starts_with('$'))
        .collect();
    for file in
        tree.ending(".rs").filter(|file| file.path.contains("/tests/") && file.text.contains("contract! {"))
    {
        let named = named_groups(&file.text);
        findings.extend(
            groups
                .difference(&named)
                .map(|group| format!("{}: name the group {group}, or #[ignore = \"why not\"] it", file.path)),
        );
    }
    findings
}

fn unlisted_cases(tree: &Tree, lists: &[&File]) -> Vec<String> {
    let lines = lists.iter().flat_map(|list| list.text.lines());
    let listed: BTreeSet<&str> = lines.filter_map(|line| line.trim().strip_suffix(',')).collect();
    let cases = tree.files.iter().filter(|file| file.path.starts_with(CASES));
    cases
        .flat_map(|file| {
            let names =
                file.text.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split_once('('));
            names.map(move |(name, _)| (file, name))
        })
        .filter(|(_, name)| !listed.contains(name))
        .map(|(file, name)| format!("{}: {name} is not listed below {LISTS}", file.path))
        .collect()
}

/// The words between `groups: {` and `}`, without attributes.
fn named_groups(text: &str) -> BTreeSet<&str> {
    let Some((_, rest)) = text.split_once("groups: {") else { return BTreeSet::new() };
    let listed = rest.split_once('}').map_or(rest, |(listed, _)| listed);
    let lines = listed.lines().filter(|line| !line.trim_start().starts_with("#["));
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    const LIST: &str = "//! L.\n    (units => $then:ident, $with:tt) => {\n        one_rule,\n    (pages => $then:ident, $with:tt)\n";

    #[test]
    fn unlisted_cases_and_unnamed_groups_are_found() {
        let found = check(&tree(&[
            ("wtb-contract/src/suite/rules.rs", LIST),
            (
                "wtb-contract/src/cases/units.rs",
                "//! U.\npub async fn one_rule(s: B) {}\npub async fn other_rule(s: B) {}\n",
            ),
            (
                "a/tests/contract.rs",
                "//! A.\ncontract! {\n groups: {\n units,\n #[ignore = \"no, pages\"]\n pages }\n}\n",
            ),
            ("b/tests/contract.rs", "//! B.\ncontract! {\n groups: { units }\n}\n"),
        ]));
        assert_eq!(
            found,
            [
                "wtb-contract/src/cases/units.rs: other_rule is not listed below wtb-contract/src/suite/",
                "b/tests/contract.rs: name the group pages, or #[ignore = \"why not\"] it",
            ]
        );
    }
}
