//! The rules for values that all stores share, so that none keeps what another would change.

use crate::{EntityKind, InvalidJson, Json};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::time::Duration;

/// Longest text that takes part in an index, in bytes: names, versions and event types.
///
/// PostgreSQL cannot index much more than 2,700 bytes in one row.
pub const MAX_KEY_TEXT_BYTES: usize = 1_000;

/// Longest text or document, in bytes: 256 MiB.
///
/// PostgreSQL keeps less than 1 GiB in a value and takes no longer message.
pub const MAX_TEXT_BYTES: usize = 256 << 20;

/// Longest row, as the bytes of its texts and documents in all: 512 MiB.
///
/// SQLite keeps no more than 1,000,000,000 bytes in a row. A list counts as the longest document that it may be written as.
pub const MAX_ROW_BYTES: usize = 512 << 20;

/// Whether a name, version or event type can be stored at all: no store has one that is too long or contains a NUL.
///
/// A lookup by anything else finds nothing.
pub fn is_key_text(text: &str) -> bool {
    text.len() <= MAX_KEY_TEXT_BYTES && !text.as_bytes().contains(&0)
}

/// Longest duration: the nanoseconds of a signed 64-bit integer, about 292 years.
pub const MAX_DURATION: Duration = Duration::from_nanos(i64::MAX as u64);

/// A value that not every store could keep unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// What it is a value of.
    pub entity: EntityKind,
    /// The field that holds it.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: Cow<'static, str>,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid {} of {}: {}", self.field, self.entity, self.reason)
    }
}

impl std::error::Error for InvalidValue {}

/// The bytes that a list has around each of its texts at most, with the number and the names of a measurement.
const AROUND_A_TEXT: usize = 64;

/// The checks, each answering with the entity and field they were asked about: of lengths only, or of everything else.
///
/// The lengths of all fields are checked first, so that no text is read that is too long.
pub(crate) struct Rules<const LENGTHS: bool> {
    entity: EntityKind,
    /// The bytes of the texts that were checked.
    bytes: Cell<usize>,
}

impl<const LENGTHS: bool> Rules<LENGTHS> {
    pub(crate) const fn of(entity: EntityKind) -> Self {
        Self { entity, bytes: Cell::new(0) }
    }

    /// Takes the length of a text or document into account; whether its bytes are to be checked too.
    fn length(&self, field: &'static str, bytes: usize) -> Result<bool, InvalidValue> {
        if !LENGTHS {
            return Ok(true);
        }
        let all = self.bytes.get() + bytes;
        if bytes > MAX_TEXT_BYTES || all > MAX_ROW_BYTES {
            return Err(self.too_long(field, bytes, all));
        }
        self.bytes.set(all);
        Ok(false)
    }

    #[cold]
    fn too_long(&self, field: &'static str, bytes: usize, all: usize) -> InvalidValue {
        let reason = if bytes > MAX_TEXT_BYTES {
            format!("a text has at most {MAX_TEXT_BYTES} bytes, this one has {bytes}")
        } else {
            format!("the texts of a row have at most {MAX_ROW_BYTES} bytes, these have at least {all}")
        };
        self.refuse(field, reason)
    }

    /// A list of texts that is stored as a document, in which each byte of a text may take so many.
    pub(crate) fn list<'t>(
        &self,
        field: &'static str,
        bytes_for_byte: usize,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<(), InvalidValue> {
        if LENGTHS {
            // Beside the text itself: what is around it, and a number.
            let bytes =
                texts.map(|text| text.len().saturating_mul(bytes_for_byte).saturating_add(AROUND_A_TEXT));
            self.length(field, bytes.fold(0, usize::saturating_add))?;
        }
        Ok(())
    }

    fn refuse(&self, field: &'static str, reason: impl Into<Cow<'static, str>>) -> InvalidValue {
        InvalidValue { entity: self.entity, field, reason: reason.into() }
    }

    /// Text of any length: PostgreSQL has no NUL character.
    pub(crate) fn text(&self, field: &'static str, text: &str) -> Result<(), InvalidValue> {
        if self.length(field, text.len())? { self.content(field, text) } else { Ok(()) }
    }

    /// Text whose length was checked with that of a list.
    pub(crate) fn content(&self, field: &'static str, text: &str) -> Result<(), InvalidValue> {
        if !text.as_bytes().contains(&0) {
            return Ok(());
        }
        let at = text.find('\0').unwrap_or_default();
        Err(self.refuse(field, format!("text cannot contain a NUL character (byte {at})")))
    }

    /// Text that takes part in an index.
    pub(crate) fn key_text(&self, field: &'static str, text: &str) -> Result<(), InvalidValue> {
        self.text(field, text)?;
        if text.len() > MAX_KEY_TEXT_BYTES {
            let reason = format!("it has at most {MAX_KEY_TEXT_BYTES} bytes, this one has {}", text.len());
            return Err(self.refuse(field, reason));
        }
        Ok(())
    }

    /// A document that is RFC 8259 JSON.
    pub(crate) fn json(&self, field: &'static str, json: &Json) -> Result<(), InvalidValue> {
        if !self.length(field, json.as_str().len())? {
            return Ok(());
        }
        json.check().map_err(|InvalidJson { at, reason }| {
            self.refuse(field, format!("not a JSON document: {reason} (byte {at})"))
        })
    }

    /// A finite number; SQLite would turn NaN into NULL and -0.0 into 0.0.
    pub(crate) fn number(&self, field: &'static str, number: &mut f64) -> Result<(), InvalidValue> {
        if !number.is_finite() {
            return Err(self.refuse(field, format!("a number must be finite, this one is {number}")));
        }
        // Adding positive zero turns -0.0 into 0.0 and leaves every other number alone.
        *number += 0.0;
        Ok(())
    }

    /// A count; databases have no unsigned 64-bit integer.
    pub(crate) fn count(&self, field: &'static str, count: u64) -> Result<(), InvalidValue> {
        match i64::try_from(count) {
            Ok(_) => Ok(()),
            Err(_) => {
                Err(self.refuse(field, format!("a count is at most {}, this one is {count}", i64::MAX)))
            }
        }
    }

    /// A duration that a signed 64-bit number of nanoseconds can hold.
    pub(crate) fn duration(&self, field: &'static str, duration: Duration) -> Result<(), InvalidValue> {
        if duration > MAX_DURATION {
            return Err(self.refuse(field, "a duration is at most 292 years"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Rules<false> {
        Rules::of(EntityKind::Workflow)
    }

    fn lengths() -> Rules<true> {
        Rules::of(EntityKind::Workflow)
    }

    #[test]
    fn a_text_and_a_row_have_a_longest_length_and_the_last_byte_counts() {
        let rules = lengths();
        assert_eq!(rules.length("name", MAX_TEXT_BYTES), Ok(false));
        let refusal = rules.length("name", MAX_TEXT_BYTES + 1).unwrap_err();
        assert_eq!(refusal.reason, "a text has at most 268435456 bytes, this one has 268435457");
        assert_eq!(rules.length("definition", MAX_TEXT_BYTES), Ok(false));
        assert_eq!(rules.length("metadata", 0), Ok(false));
        let refusal = rules.length("metadata", 1).unwrap_err();
        let all = "the texts of a row have at most 536870912 bytes, these have at least 536870913";
        assert_eq!((refusal.field, refusal.reason.as_ref()), ("metadata", all));
    }

    #[test]
    fn a_list_counts_as_the_longest_document_it_may_be_written_as() {
        let rules = lengths();
        let text = "x".repeat(1 << 20);
        let texts = |count| std::iter::repeat_n(text.as_str(), count);
        assert!(rules.list("metrics", 6, texts(42)).is_ok());
        assert!(rules.list("metrics", 6, texts(43)).is_err());
        assert_eq!(rules.bytes.get(), 42 * (6 * text.len() + AROUND_A_TEXT));
    }

    #[test]
    fn names_that_no_store_has_are_told_apart() {
        assert!(is_key_text("") && is_key_text(&"x".repeat(1_000)));
        assert!(!is_key_text(&"x".repeat(1_001)) && !is_key_text("a\0"));
    }

    #[test]
    fn a_refusal_names_entity_field_and_reason() {
        let refusal = contents().text("name", "ab\0").unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "invalid name of workflow: text cannot contain a NUL character (byte 2)"
        );
    }

    #[test]
    fn key_text_is_limited_in_bytes() {
        assert!(contents().key_text("name", &"é".repeat(500)).is_ok());
        let refusal = contents().key_text("name", &"é".repeat(501)).unwrap_err();
        assert_eq!(refusal.reason, "it has at most 1000 bytes, this one has 1002");
    }

    #[test]
    fn numbers_are_finite_and_minus_zero_becomes_zero() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(contents().number("score", &mut bad.clone()).is_err());
        }
        for (given, kept) in [(-0.0, 0.0), (f64::MIN_POSITIVE / 2.0, f64::MIN_POSITIVE / 2.0), (-1.5, -1.5)] {
            let mut number: f64 = given;
            contents().number("score", &mut number).unwrap();
            assert_eq!(number.to_bits(), f64::to_bits(kept));
        }
    }

    #[test]
    fn counts_and_durations_fit_a_signed_integer() {
        assert!(contents().count("file_count", i64::MAX as u64).is_ok());
        assert!(contents().count("file_count", i64::MAX as u64 + 1).is_err());
        assert!(contents().duration("duration", MAX_DURATION).is_ok());
        assert!(contents().duration("duration", MAX_DURATION + Duration::from_nanos(1)).is_err());
    }

    #[test]
    fn documents_must_be_json() {
        let refusal = contents().json("definition", &Json::new("{nope}")).unwrap_err();
        assert_eq!(refusal.field, "definition");
        assert!(refusal.reason.starts_with("not a JSON document: "), "{}", refusal.reason);
    }
}
