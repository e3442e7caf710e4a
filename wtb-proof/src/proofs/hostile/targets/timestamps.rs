//! Moments in time, against another library's calendar.

use super::target::{Target, Verdict, parse, reads, text};
use jiff::civil::DateTime;
use std::fmt::Display;
use wtb_domain::Timestamp;

/// Moments in time.
pub(super) const TARGET: Target = Target {
    name: "timestamps",
    good: &[
        b"2026-01-31T23:59:59.000001Z",
        b"1970-01-01T00:00:01.5Z",
        b"2024-02-29T00:00:00Z",
        b"0001-01-01T00:00:00.000000Z",
        b"9999-12-31T23:59:59.999999Z",
        b"1900-02-28T12:00:00Z",
    ],
    words: &[b"0000", b"-02-29", b"-02-30", b"-04-31", b"T24", b":60", b".", b"Z", b"+00:00", b"9", b"T"],
    per_thousand: 1_000,
    judge: |input| judge(parse::<Timestamp>, input),
};

/// Judges a reader of moments.
pub(super) fn judge<E: Display>(parse: impl Fn(&str) -> Result<Timestamp, E>, input: &[u8]) -> Verdict {
    let text = text(input);
    let expected = micros(&text);
    match (expected, parse(&text)) {
        (Some(expected), Ok(moment)) if moment.as_micros() != expected => {
            Err(format!("reads {} microseconds where there are {expected}", moment.as_micros()))
        }
        _ => reads(parse, &text, expected.is_some()),
    }
}

/// The microseconds since 1970, if the text is in the one form and names a moment that exists.
fn micros(text: &str) -> Option<i64> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let local = text.strip_suffix('Z')?;
    let (seconds, fraction) = local.split_at_checked(19)?;
    let has_form = seconds.bytes().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        mark => byte == *mark,
    });
    let has_fraction = fraction.is_empty()
        || (2..=7).contains(&fraction.len())
            && fraction.starts_with('.')
            && fraction[1..].bytes().all(|digit| digit.is_ascii_digit());
    // The library reads the second 60, which is inserted here and there, as 59.
    if !has_form || !has_fraction || seconds.ends_with(":60") || seconds.starts_with("0000") {
        return None;
    }
    let moment: DateTime = local.parse().ok()?;
    i64::try_from(moment.duration_since(EPOCH).as_micros()).ok()
}
