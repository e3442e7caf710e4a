//! Every file begins with one line that says what the reader finds there.

use super::tree::Tree;

/// One finding for each Rust file without such a line.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.ending(".rs")
        .filter_map(|file| fault(&file.text).map(|fault| format!("{}: {fault}", file.path)))
        .collect()
}

fn fault(text: &str) -> Option<&'static str> {
    let mut lines = text.lines();
    match lines.next().and_then(|line| line.strip_prefix("//! ")) {
        None => return Some("the first line must be a `//! ` caption"),
        Some(caption) if caption.trim().is_empty() => return Some("the caption is empty"),
        Some(_) => {}
    }
    match lines.next() {
        Some(second) if second.starts_with("//! ") => {
            Some("the caption must be one line, then a blank `//!`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree;
    use super::*;

    #[test]
    fn a_file_without_a_one_line_caption_is_found() {
        let tree = tree(&[
            ("a.rs", "//! Says what is here.\n\nuse x;\n"),
            ("b.rs", "//! Says what is here.\n//!\n//! And more.\n"),
            ("c.rs", "use x;\n"),
            ("d.rs", "//! Goes on\n//! and on.\n"),
            ("e.rs", "//!  \n"),
            ("f.md", "# no caption needed\n"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("c.rs: "));
        assert!(found[1].starts_with("d.rs: "));
        assert!(found[2].starts_with("e.rs: "));
    }
}
