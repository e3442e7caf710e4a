//! Cursors, which users are handed and hand back.

use super::target::{Target, Verdict, parse, reads, text};
use std::fmt::Display;
use wtb_ports::Cursor;

/// Cursors.
pub(super) const TARGET: Target = Target {
    name: "cursors",
    good: &[
        b"c0000000000000000",
        b"c7fffffffffffffff",
        b"cffffffffffffffff",
        b"c8000000000000000",
        b"c00000000000000010000000000000000",
        b"c7fffffffffffffffffffffffffffffff",
    ],
    words: &[b"c", b"C", b"0", b"f", b"F", b"g", b"0000000000000000"],
    per_thousand: 1_000,
    judge: |input| judge(parse::<Cursor>, input),
};

/// Judges a reader of cursors.
pub(super) fn judge<E: Display>(parse: impl Fn(&str) -> Result<Cursor, E>, input: &[u8]) -> Verdict {
    let text = text(input);
    let is_hexadecimal = |digits: &str| digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
    let is_cursor = match text.strip_prefix('c') {
        Some(digits) if is_hexadecimal(digits) => match digits.len() {
            16 => true,
            // The id of a transaction comes first: a positive number.
            32 => digits.as_bytes()[0] < b'8' && !digits[..16].bytes().all(|digit| digit == b'0'),
            _ => false,
        },
        _ => false,
    };
    reads(parse, &text, is_cursor)
}
