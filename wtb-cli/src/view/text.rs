//! Texts of unknown length and content, made fit for a terminal.

use console::measure_text_width;
use std::borrow::Cow;
use std::{iter, mem};

/// How many bytes of a text are read at a time: it may be too long to have it twice.
const PIECE: usize = 1024;

/// `text` with every control character shown as an escape, so that stored text cannot steer a terminal; also every
/// character that is invisible and can make a text look like another one.
pub(crate) fn printable(text: &str) -> String {
    printable_pieces(text).collect()
}

/// A long text as [`printable`] shows it, piece by piece.
pub(crate) fn printable_pieces(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = text;
    iter::from_fn(move || {
        let first = rest.chars().next()?;
        let piece = &rest[..rest.floor_char_boundary(PIECE)];
        let (length, shown) = if first == '\t' {
            (1, Cow::Borrowed(" "))
        } else if is_escaped(first) {
            (first.len_utf8(), Cow::Owned(first.escape_default().to_string()))
        } else {
            let length = piece.find(is_escaped).unwrap_or(piece.len());
            (length, Cow::Borrowed(&piece[..length]))
        };
        rest = &rest[length..];
        Some(shown)
    })
}

fn is_escaped(character: char) -> bool {
    character.is_control() || misleads(character)
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
        line.push_str(&beginning(word, columns));
        if width(&line) > columns {
            break;
        }
    }
    console::truncate_str(&line, columns, "…").into_owned()
}

/// `text` broken between words into lines of at most `columns`; its own line breaks are kept.
pub(crate) fn wrap(text: &str, columns: usize) -> impl Iterator<Item = String> {
    text.lines().flat_map(move |line| wrap_line(line, columns.max(1)))
}

fn wrap_line(line: &str, columns: usize) -> impl Iterator<Item = String> {
    let mut words = line.split([' ', '\t']);
    let (mut current, mut has_lines) = (String::new(), false);
    // What is left of a word that is wider than a line.
    let mut broken = characters("");
    iter::from_fn(move || {
        loop {
            for character in broken.by_ref() {
                current.push(character);
                if width(&current) > columns {
                    current.pop();
                    let full = mem::replace(&mut current, character.to_string());
                    if !full.is_empty() {
                        has_lines = true;
                        return Some(full);
                    }
                }
            }
            let Some(word) = words.next() else {
                let is_line = !current.is_empty() || !has_lines;
                has_lines = true;
                return is_line.then(|| mem::take(&mut current));
            };
            let start = beginning(word, columns);
            let joint = if current.is_empty() { "" } else { " " };
            if width(&current) + joint.len() + width(&start) <= columns {
                current.push_str(joint);
                current.push_str(&start);
                continue;
            }
            broken = characters(word);
            if !current.is_empty() {
                has_lines = true;
                return Some(mem::take(&mut current));
            }
        }
    })
}

/// The characters of a printable word.
fn characters(word: &str) -> impl Iterator<Item = char> {
    printable_pieces(word).flat_map(|piece| piece.chars().collect::<Vec<_>>())
}

/// The beginning of a word, printable: all of it, or more than fits into `columns`.
fn beginning(word: &str, columns: usize) -> String {
    let (mut shown, mut looked_at) = (String::new(), 0);
    for piece in printable_pieces(word) {
        shown.push_str(&piece);
        // Ever more, since characters may take no column.
        if shown.len() >= PIECE.max(2 * looked_at) {
            looked_at = shown.len();
            if width(&shown) > columns {
                break;
            }
        }
    }
    shown
}

/// The columns that a printable text takes.
fn width(text: &str) -> usize {
    // Long texts are mostly of characters that take one each.
    if text.is_ascii() { text.len() } else { measure_text_width(text) }
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

    fn lines(text: &str, columns: usize) -> Vec<String> {
        wrap(text, columns).collect()
    }

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
            assert!(!lines(&format!("a{hidden}b"), 40).concat().contains(hidden), "{escape}");
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
        assert_eq!(shorten(&"\u{1b}".repeat(1_000_000), 8), "\\u{1b}\\…");
    }

    #[test]
    fn a_text_is_wrapped_between_words_and_inside_long_ones() {
        assert_eq!(lines("the reranker timed out", 12), ["the reranker", "timed out"]);
        assert_eq!(lines("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("first\n\nsecond", 20), ["first", "", "second"]);
        assert!(lines("", 20).is_empty());
        let (word, wide) = ("\u{1b}é".repeat(2_000), lines(&"\u{1b}é".repeat(2_000), 10));
        assert!(wide.iter().all(|line| measure_text_width(line) <= 10), "{wide:?}");
        assert_eq!(wide.concat(), printable(&word));
    }

    #[test]
    fn a_long_text_ends_with_a_mark() {}

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
