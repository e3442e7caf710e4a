//! No lint is switched off without a reason.

use super::tree::Tree;

/// One finding for each bare `allow` in code, and each uncommented one in a manifest.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let code = tree.ending(".rs").flat_map(|file| {
        file.text.lines().enumerate().filter(|(_, line)| is_bare(line)).map(move |(number, _)| {
            format!("{}:{}: use #[expect(…, reason = \"…\")] in place of allow", file.path, number + 1)
        })
    });
    let manifests = tree.ending("Cargo.toml").flat_map(|file| {
        let lines: Vec<&str> = file.text.lines().collect();
        (0..lines.len())
            .filter(|number| lines[*number].contains("\"allow\"") && !is_comment_before(&lines, *number))
            .map(|number| format!("{}:{}: say above it why the lint is allowed", file.path, number + 1))
            .collect::<Vec<_>>()
    });
    code.chain(manifests).collect()
}

fn is_bare(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[allow(") || line.starts_with("#![allow(")
}

fn is_comment_before(lines: &[&str], number: usize) -> bool {
    number.checked_sub(1).is_some_and(|before| lines[before].trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    #[test]
    fn an_allow_without_a_reason_is_found() {
        let tree = tree(&[
            ("a.rs", "//! A.\n    #[allow(dead_code)]\nfn f() {}\n"),
            ("b.rs", "//! B.\n#[expect(dead_code, reason = \"why\")]\nfn f() {}\n"),
            ("Cargo.toml", "# Why.\none = \"allow\"\ntwo = \"allow\"\n"),
        ]);
        assert_eq!(
            check(&tree),
            [
                "a.rs:2: use #[expect(…, reason = \"…\")] in place of allow",
                "Cargo.toml:3: say above it why the lint is allowed",
            ]
        );
    }
}
