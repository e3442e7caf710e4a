//! The few values that histories are made of: plain ones first, because failures shrink to them, then extreme ones.

use std::time::Duration;
use wtb_domain::{Json, Timestamp};

/// Identifiers of all kinds; so few that units meet, so odd that they are mixed up if they can be.
pub(super) const IDS: [&str; 6] = ["a", "b", "A", "a ", "ä'%_", LONGEST_ID];

/// 255 bytes.
const LONGEST_ID: &str = "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀...";

/// Names of what has names.
pub(super) const NAMES: [&str; 4] = ["loans", "Loans", "", "n\u{301}\u{10ffff}%"];
/// Versions of workflows.
pub(super) const VERSIONS: [&str; 2] = ["1.0.0", " "];
/// Sessions and nodes that boundaries and variants are about.
pub(super) const PLACES: [&str; 2] = ["x", "X"];
/// Which attempt a boundary is.
pub(super) const ATTEMPTS: [u32; 3] = [1, 2, u32::MAX];

const TEXTS: [&str; 6] = ["", "text", "\u{feff}'\"\\\n\r\t\u{1}", "é", "e\u{301}", "🦀 \u{10ffff}"];
const DOCUMENTS: [&str; 8] = [
    "{}",
    "null",
    "[]",
    " {\"b\" : 1.10,\n\"a\":1e400, \"a\": -0}\t",
    "\"\\u0000\\ud800 🦀\"",
    "123456789012345678901234567890",
    "{\"\":{\"\":[[[[]]]]}}",
    "false",
];
const TIMES: [Timestamp; 4] = [
    Timestamp::UNIX_EPOCH,
    Timestamp::MIN,
    Timestamp::MAX,
    match Timestamp::from_micros(-1) {
        Some(time) => time,
        None => Timestamp::MIN,
    },
];
const NUMBERS: [f64; 8] = [0.0, 1.0, -0.0, 0.1 + 0.2, f64::MIN_POSITIVE / 2.0, f64::MAX, f64::MIN, 1.0 / 3.0];
const COUNTS: [u64; 3] = [0, 1, i64::MAX as u64];
const DURATIONS: [Duration; 3] =
    [Duration::ZERO, Duration::from_nanos(1), Duration::from_nanos(i64::MAX as u64)];

/// Draws from pools by the digits of a number; 0 draws the first of each.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    /// By the digits of `number`.
    pub(super) fn by(number: u64) -> Self {
        Self(number)
    }

    /// One of these.
    pub(super) fn one_of<T: Clone>(&mut self, pool: &[T]) -> T {
        let size = pool.len() as u64;
        let drawn = self.0 % size;
        // Multiplied as well, so that the last of many fields still gets digits; 0 stays 0.
        self.0 = (self.0 / size).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        pool[usize::try_from(drawn).expect("an index")].clone()
    }

    pub(super) fn text(&mut self) -> String {
        self.one_of(&TEXTS).to_owned()
    }

    pub(super) fn document(&mut self) -> Json {
        Json::new(self.one_of(&DOCUMENTS))
    }

    pub(super) fn time(&mut self) -> Timestamp {
        self.one_of(&TIMES)
    }

    pub(super) fn number(&mut self) -> f64 {
        self.one_of(&NUMBERS)
    }

    pub(super) fn count(&mut self) -> u64 {
        self.one_of(&COUNTS)
    }

    pub(super) fn duration(&mut self) -> Duration {
        self.one_of(&DURATIONS)
    }

    pub(super) fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(&mut self) -> I {
        self.one_of(&IDS).parse().expect("an identifier")
    }

    /// Nothing, or what `draw` draws.
    pub(super) fn maybe<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_of(&[false, true]).then(|| draw(self))
    }
}
