//! Files of a crate must not import each other in a cycle.

mod imports;
mod resolve;

use super::tree::Tree;
use imports::Imports;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use resolve::Crate;
use std::collections::{BTreeMap, BTreeSet};

/// The cycles that stay: every file of each, and why it stays.
const ALLOWED: [(&[&str], &str); 1] = [(
    &["wtb-adapter-memory/src/root.rs", "wtb-adapter-memory/src/table.rs"],
    "the root is made of tables, and the rules of a table's rows look at the other tables of the root",
)];
/// More exceptions than this would hide the rule.
const _: () = assert!(ALLOWED.len() <= 3);

/// One finding for each cycle that is not in the allow-list, and each entry there without a cycle.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let cycles = cycles(tree);
    let allowed = ALLOWED.map(|(files, _)| files.iter().copied().collect::<BTreeSet<_>>());
    let unknown = cycles.iter().filter(|cycle| {
        let files = cycle.files();
        !allowed.contains(&files)
    });
    let mut findings: Vec<_> = unknown.map(Cycle::describe).collect();
    let stale = allowed.iter().filter(|files| cycles.iter().all(|cycle| cycle.files() != **files));
    findings.extend(
        stale.map(|files| format!("these files are allowed to form an import cycle and do not: {files:?}")),
    );
    findings
}

/// Files that import each other, and the imports among them.
struct Cycle<'t> {
    imports: Vec<(&'t str, &'t str)>,
}

impl<'t> Cycle<'t> {
    fn files(&self) -> BTreeSet<&'t str> {
        self.imports.iter().map(|&(file, _)| file).collect()
    }

    fn describe(&self) -> String {
        let imports: Vec<_> =
            self.imports.iter().map(|(from, to)| format!("\n  {from} imports {to}")).collect();
        format!("{} files import each other in a cycle:{}", self.files().len(), imports.concat())
    }
}

fn cycles(tree: &Tree) -> Vec<Cycle<'_>> {
    let mut crates: BTreeMap<&str, Crate<'_>> = BTreeMap::new();
    for file in tree.ending(".rs") {
        let Some((name, path)) = file.path.split_once("/src/") else { continue };
        crates.entry(name).or_default().add(path, &file.path, Imports::of(&file.text));
    }
    crates.values().flat_map(|one| cycles_of(&one.edges())).collect()
}

fn cycles_of<'t>(edges: &BTreeSet<(&'t str, &'t str)>) -> Vec<Cycle<'t>> {
    let graph: DiGraphMap<&str, ()> = edges.iter().copied().collect();
    let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let within = |group: Vec<&str>| {
        let inside = |(from, to): &&(&str, &str)| group.contains(from) && group.contains(to);
        Cycle { imports: edges.iter().filter(inside).copied().collect() }
    };
    groups.map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let tree = tree(files);
        let cycles = cycles(&tree);
        cycles.iter().map(|cycle| cycle.files().into_iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn files_that_import_each_other_are_found() {
        let files = [
            ("a/src/lib.rs", "mod one;\nmod two;\nmod three;\n"),
            ("a/src/one.rs", "use crate::two::Two;\npub struct One(Two);\n"),
            ("a/src/two.rs", "pub struct Two;\nfn f() -> super::three::Three { todo!() }\n"),
            ("a/src/three.rs", "use crate::one::{One as Other};\npub struct Three;\n"),
        ];
        assert_eq!(found(&files), [["a/src/one.rs", "a/src/three.rs", "a/src/two.rs"]]);
    }

    #[test]
    fn a_re_export_leads_to_the_file_that_defines_the_name() {
        let through_the_root = [
            ("a/src/lib.rs", "mod one;\nmod two;\npub use one::One;\npub use two::*;\n"),
            ("a/src/one.rs", "use crate::Two;\npub struct One;\n"),
            ("a/src/two.rs", "use crate::One;\npub struct Two;\n"),
        ];
        assert_eq!(found(&through_the_root), [["a/src/one.rs", "a/src/two.rs"]]);
    }

    #[test]
    fn a_parent_that_uses_what_a_child_makes_of_its_own_names_is_in_a_cycle() {
        let parent = "mod child;\nuse child::Child;\npub struct Parent;\n";
        assert_eq!(
            found(&[
                ("a/src/p/mod.rs", parent),
                ("a/src/p/child.rs", "use super::Parent;\npub struct Child;\n"),
                ("a/src/lib.rs", "mod p;\n")
            ]),
            [["a/src/p/child.rs", "a/src/p/mod.rs"]]
        );
    }

    #[test]
    fn tests_and_declarations_of_modules_are_no_imports() {
        let files = [
            (
                "a/src/lib.rs",
                "mod one;\npub struct Root;\n#[cfg(test)]\nmod tests { use super::one::One; }\n",
            ),
            ("a/src/one.rs", "use crate::Root;\npub struct One(Root);\n#[cfg(test)]\nmod tests;\n"),
            ("a/src/one/tests.rs", "use super::*;\n"),
        ];
        assert_eq!(found(&files), [[""; 0]; 0]);
    }

    #[test]
    fn paths_inside_macros_count() {
        let files = [
            ("a/src/lib.rs", "mod one;\nmod two;\n"),
            ("a/src/one.rs", "pub fn f() { println!(\"{}\", crate::two::g()) }\n"),
            ("a/src/two.rs", "pub fn g() { super::one::f() }\n"),
        ];
        assert_eq!(found(&files), [["a/src/one.rs", "a/src/two.rs"]]);
    }
}
