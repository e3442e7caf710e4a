//! How values are written for a digest.

use sha2::{Digest, Sha256};
use std::time::Duration;
use wtb_domain::Timestamp;

/// What is written field by field, in a form that does not depend on where it is kept.
pub(crate) trait Canonical {
    /// Writes every field, in the order that the [digest](super) defines.
    fn write(&self, sink: &mut impl Sink);
}

/// Takes the bytes of values; each method writes one kind of value as the [digest](super) defines it.
pub(crate) trait Sink: Sized {
    fn bytes(&mut self, bytes: &[u8]);

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    /// A number that is never negative: as [`number`](Self::number) writes it.
    fn count(&mut self, count: u64) {
        self.bytes(&count.to_be_bytes());
    }

    fn float(&mut self, number: f64) {
        self.bytes(&number.to_bits().to_be_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.bytes(&[u8::from(flag)]);
    }

    fn text(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.count(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn time(&mut self, time: Timestamp) {
        self.number(time.as_micros());
    }

    fn duration(&mut self, duration: Duration) {
        // Stores keep durations of at most 292 years, which is as far as 64 bits of nanoseconds go.
        self.number(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX));
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<'v, T>(&mut self, items: &'v [T], mut write: impl FnMut(&mut Self, &'v T)) {
        self.count(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }
}

impl Sink for Sha256 {
    fn bytes(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}
