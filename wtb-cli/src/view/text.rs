//! Texts of unknown length and content, made fit for a terminal.

use console::measure_text_width;

/// `text` with every control character shown as an escape, so that stored text cannot steer a terminal; also every
/// character that is invisible and can make a text look like another one.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push(' '),
            hidden if hidden.is_control() || misleads(hidden) => shown.extend(hidden.escape_default()),
            other => shown.push(other),
        }
    }
    shown
}

/// Whether it is invisible and changes the order, the lines or the identity of the characters around it. The joiners U+200C
/// and U+200D stay: several scripts and emoji are not written without them.
const fn misleads(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' // soft hyphen
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // directions
            | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' // no width
            | '\u{2028}' | '\u{2029}' // ends of lines
            | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' // deprecated marks, tags
    )
}

/// `text` on one line of at most `columns`, cut with `…`.
pub(crate) fn shorten(text: &str, columns: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&printable(word));
        if measure_text_width(&line) > columns {
            break;
        }
    }
    console::truncate_str(&line, columns, "…").into_owned()
}

/// `text` broken between words into lines of at most `columns`; its own line breaks are kept.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(&printable(line), columns.max(1))).collect()
}

/// The first `most` lines of [`wrap`]; `more` stands at the end when that is not all of it.
pub(crate) fn wrap_at_most(text: &str, columns: usize, most: usize, more: &str) -> Vec<String> {
    let mut lines = wrap(text, columns);
    if lines.len() > most {
        lines.truncate(most);
        lines.push(more.to_owned());
    }
    lines
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split(' ') {
        let joint = usize::from(!current.is_empty());
        if measure_text_width(&current) + joint + measure_text_width(word) <= columns {
            if joint == 1 {
                current.push(' ');
            }
            current.push_str(word);
            continue;
        }
        if !current.is_empty() {
            lines.push(std::mem::take(&mut current));
        }
        current = break_word(word, columns, &mut lines);
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

/// Breaks a word that is wider than a line; answers what is left for the next line.
fn break_word(word: &str, columns: usize, lines: &mut Vec<String>) -> String {
    let mut rest = String::new();
    for character in word.chars() {
        rest.push(character);
        if measure_text_width(&rest) > columns {
            rest.pop();
            if !rest.is_empty() {
                lines.push(std::mem::take(&mut rest));
            }
            rest.push(character);
        }
    }
    rest
}

/// `count` with the noun in the right number: `1 file`, `3 files`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// The name of a kind of entity for many of them: `node boundaries`.
pub(crate) fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    }
}

/// A number with a comma after every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number of bytes in the largest unit that keeps it above one: `512 B`, `58.0 KiB`.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn bytes(count: u64) -> String {
    let mut size = count as f64;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    if unit == "B" { format!("{count} B") } else { format!("{size:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_text_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\tc"), "a\\u{1b}[2Jb c");
        assert_eq!(shorten("\u{1b}]0;x\u{7}", 40), "\\u{1b}]0;x\\u{7}");
    }

    #[test]
    fn invisible_characters_that_mislead_are_shown() {
        for hidden in
            "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\
                       \u{2028}\u{2029}\u{85}\u{9b}\u{feff}\u{200b}\u{ad}\u{e0041}"
                .chars()
        {
            let escape = format!("a{}b", hidden.escape_unicode());
            assert_eq!(printable(&format!("a{hidden}b")), escape);
            assert!(!wrap(&format!("a{hidden}b"), 40).concat().contains(hidden), "{escape}");
            assert!(!shorten(&format!("a{hidden}b"), 40).contains(hidden), "{escape}");
        }
        for visible in ["שלום", "مرحبا", "می\u{200c}خواهم", "👩\u{200d}💻", "e\u{301}", "日本語"]
        {
            assert_eq!(printable(visible), visible);
        }
    }

    #[test]
    fn a_text_is_cut_to_its_columns_on_one_line() {
        assert_eq!(shorten("one\n  two  three", 40), "one two three");
        assert_eq!(shorten("one two three", 8), "one two…");
        assert_eq!(shorten("検索結果", 5), "検索…");
        assert_eq!(shorten(&"word ".repeat(1_000_000), 4), "wor…");
    }

    #[test]
    fn a_text_is_wrapped_between_words_and_inside_long_ones() {
        assert_eq!(wrap("the reranker timed out", 12), ["the reranker", "timed out"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("first\n\nsecond", 20), ["first", "", "second"]);
        assert!(wrap("", 20).is_empty());
    }

    #[test]
    fn a_long_text_ends_with_a_mark() {
        assert_eq!(wrap_at_most("a\nb\nc", 10, 2, "…"), ["a", "b", "…"]);
        assert_eq!(wrap_at_most("a\nb", 10, 2, "…"), ["a", "b"]);
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(1_234, "entry", "entries"), "1,234 entries");
    }

    #[test]
    fn sizes_take_the_largest_unit_that_fits() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_023), "1023 B");
        assert_eq!(bytes(59_422), "58.0 KiB");
        assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
    }
}
