//! Each published crate has a README whose example is taken from the documentation of its library.

use super::tree::Tree;

/// One finding for each README that is missing, and each line of an example that the library's documentation lacks.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let published =
        tree.ending("/Cargo.toml").filter(|manifest| !manifest.text.contains("\npublish = false\n"));
    published.flat_map(|manifest| of_crate(tree, manifest.path.trim_end_matches("Cargo.toml"))).collect()
}

fn of_crate(tree: &Tree, folder: &str) -> Vec<String> {
    let text = |name: &str| {
        let path = format!("{folder}{name}");
        tree.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    };
    let Some(readme) = text("README.md") else { return vec![format!("{folder}README.md is missing")] };
    let library = text("src/lib.rs").unwrap_or_default();
    let documented: Vec<&str> =
        library.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let mut is_example = false;
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(readme.lines()) {
        if line.starts_with("```") {
            is_example = line == "```rust";
        } else if is_example && !documented.contains(&line.trim()) {
            findings.push(format!("{folder}README.md:{number}: src/lib.rs has no such line in its example"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    #[test]
    fn a_missing_readme_and_a_line_that_the_library_lacks_are_found() {
        let manifest = "[package]\nname = \"a\"\n";
        let tree = tree(&[
            ("a/Cargo.toml", manifest),
            ("b/Cargo.toml", manifest),
            ("b/README.md", "# b\n```rust\nlet one = 1;\nlet two = 2;\n```\n```sh\nrun\n```\n"),
            ("b/src/lib.rs", "//! B.\n//! ```\n//!     let one = 1;\n//! ```\nlet two = 2;\n"),
            ("c/Cargo.toml", "[package]\npublish = false\n"),
        ]);
        assert_eq!(
            check(&tree),
            ["a/README.md is missing", "b/README.md:4: src/lib.rs has no such line in its example"]
        );
    }
}
