//! An error, indented and wrapped.

use crate::view::look::Look;
use crate::view::text::wrap;
use std::io::{self, Write};

/// Writes the lines of an error, at most `most` of them.
///
/// # Errors
/// If `out` does not take it.
pub(crate) fn write_error(
    out: &mut dyn Write,
    look: &Look,
    message: &str,
    indent: usize,
    most: usize,
) -> io::Result<()> {
    let mut lines = wrap(message, look.width.saturating_sub(indent));
    for line in lines.by_ref().take(most) {
        writeln!(out, "{:indent$}{}", "", look.red(line))?;
    }
    match lines.next() {
        Some(_) => writeln!(out, "{:indent$}{}", "", look.red("… (--full shows the rest)")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &str) -> String {
        let mut shown = Vec::new();
        write_error(&mut shown, &Look::plain(), message, 2, 2).unwrap();
        String::from_utf8(shown).unwrap()
    }

    #[test]
    fn only_the_first_lines_are_shown_and_that_there_are_more() {
        assert_eq!(shown("a\nb"), "  a\n  b\n");
        assert_eq!(shown("a\nb\nc"), "  a\n  b\n  … (--full shows the rest)\n");
    }
}
