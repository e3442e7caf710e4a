//! Finds the numbers that Python's `json.dumps` writes and JSON lacks: NaN and the infinities.

use std::borrow::Cow;

/// How they are written.
const NAMES: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The first of them outside of strings: its position in bytes and its name.
pub(super) fn first(text: &str) -> Option<(usize, &'static str)> {
    next(text, 0)
}

/// The text with `null` for each of them, everything else byte for byte, and how many there were.
pub(super) fn as_null(text: &str) -> (Cow<'_, str>, u64) {
    let (mut replaced, mut end, mut values) = (String::new(), 0, 0);
    while let Some((at, name)) = next(text, end) {
        replaced.push_str(&text[end..at]);
        replaced.push_str("null");
        (end, values) = (at + name.len(), values + 1);
    }
    if values == 0 {
        return (text.into(), 0);
    }
    replaced.push_str(&text[end..]);
    (replaced.into(), values)
}

/// As [`first`], from the byte `from` on, which is outside of strings.
fn next(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = &text[from..];
    // Almost no document has one, and looking for the words is much faster than looking for strings.
    if !rest.contains("NaN") && !rest.contains("Infinity") {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'N' | b'I' | b'-' => match NAMES.into_iter().find(|name| is_word(bytes, at, name)) {
                Some(name) => return Some((at, name)),
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    None
}

/// Where the string that begins at `at` has ended.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether `name` is at `at`, and is not a part of something longer.
fn is_word(bytes: &[u8], at: usize, name: &str) -> bool {
    let goes_on = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.'))
    };
    bytes[at..].starts_with(name.as_bytes())
        && !goes_on(bytes.get(at + name.len()))
        && !goes_on(at.checked_sub(1).and_then(|before| bytes.get(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_found_with_its_position() {
        for (text, expected) in [
            ("NaN", Some((0, "NaN"))),
            (r#"{"a": NaN}"#, Some((6, "NaN"))),
            (r#"{"NaN": "Infinity", "b":[1,-Infinity]}"#, Some((27, "-Infinity"))),
            (r#"["a \" NaN", Infinity]"#, Some((13, "Infinity"))),
            (r#"["\\", NaN]"#, Some((7, "NaN"))),
            (r#"["NaN", "-Infinity", "a\"NaN"]"#, None),
            ("[NaNs, xNaN, Infinity2, --Infinity, 1NaN]", None),
            (r#"["NaN"#, None),
            ("{}", None),
        ] {
            assert_eq!(first(text), expected, "{text}");
        }
    }

    #[test]
    fn each_becomes_null_and_everything_else_stays_byte_for_byte() {
        for (text, expected, values) in [
            ("NaN", "null", 1),
            (
                r#"{"é":NaN,  "b": [-Infinity ,Infinity], "NaN": "\ud800 NaN"}"#,
                r#"{"é":null,  "b": [null ,null], "NaN": "\ud800 NaN"}"#,
                3,
            ),
            (r#"{"a": 1.10}"#, r#"{"a": 1.10}"#, 0),
        ] {
            assert_eq!(as_null(text), (expected.into(), values), "{text}");
        }
    }
}
