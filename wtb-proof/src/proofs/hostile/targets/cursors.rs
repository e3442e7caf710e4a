//! Cursors, which users are handed and hand back.

use super::{Target, Verdict, parse, reads, text};
use std::fmt::Display;
use wtb_ports::Cursor;

/// Cursors.
pub(super) const TARGET: Target = Target {
    name: "cursors",
    good: &[b"c0000000000000000", b"c7fffffffffffffff", b"cffffffffffffffff", b"c8000000000000000"],
    words: &[b"c", b"C", b"0", b"f", b"F", b"g", b"0000000000000000"],
    per_thousand: 1_000,
    judge: |input| judge(parse::<Cursor>, input),
};

/// Judges a reader of cursors.
pub(super) fn judge<E: Display>(parse: impl Fn(&str) -> Result<Cursor, E>, input: &[u8]) -> Verdict {
    let text = text(input);
    let is_cursor = text.len() == 17
        && text.starts_with('c')
        && text[1..].chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
    reads(parse, &text, is_cursor)
}
