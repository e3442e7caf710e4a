//! Identifiers. All types of them share one check.

use super::target::{Target, Verdict, parse, reads, text};
use std::fmt::Display;
use wtb_domain::WorkflowId;

/// Identifiers.
pub(super) const TARGET: Target = Target {
    name: "ids",
    good: &[b"w", b"run-1", b"01234567-89ab-cdef-0123-456789abcdef", "prüfung 🦀".as_bytes(), b"4096"],
    words: &[b"-", b"a", "é".as_bytes(), b"0123456789abcdef", b"\x7f", b"999999999999"],
    per_thousand: 1_000,
    judge: |input| judge(parse::<WorkflowId>, input),
};

/// Judges a reader of identifiers.
pub(super) fn judge<E: Display>(parse: impl Fn(&str) -> Result<WorkflowId, E>, input: &[u8]) -> Verdict {
    let text = text(input);
    let is_control = |code: u32| code < 0x20 || (0x7f..0xa0).contains(&code);
    let is_id = (1..256).contains(&text.len()) && !text.chars().any(|c| is_control(u32::from(c)));
    reads(parse, &text, is_id)
}
