//! The rules for values that all stores share, so that none keeps what another would change.

use crate::{EntityKind, InvalidJson, Json};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Longest text that takes part in an index, in bytes: names, versions and event types.
///
/// PostgreSQL cannot index much more than 2,700 bytes in one row.
pub const MAX_KEY_TEXT_BYTES: usize = 1_000;

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

/// The checks, each answering with the entity and field they were asked about.
pub(crate) struct Rules {
    entity: EntityKind,
}

impl Rules {
    pub(crate) const fn of(entity: EntityKind) -> Self {
        Self { entity }
    }

    fn refuse(&self, field: &'static str, reason: impl Into<Cow<'static, str>>) -> InvalidValue {
        InvalidValue { entity: self.entity, field, reason: reason.into() }
    }

    /// Text of any length: PostgreSQL has no NUL character.
    pub(crate) fn text(&self, field: &'static str, text: &str) -> Result<(), InvalidValue> {
        match text.bytes().position(|byte| byte == 0) {
            Some(at) => Err(self.refuse(field, format!("text cannot contain a NUL character (byte {at})"))),
            None => Ok(()),
        }
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

    const RULES: Rules = Rules::of(EntityKind::Workflow);

    #[test]
    fn a_refusal_names_entity_field_and_reason() {
        let refusal = RULES.text("name", "ab\0").unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "invalid name of workflow: text cannot contain a NUL character (byte 2)"
        );
    }

    #[test]
    fn key_text_is_limited_in_bytes() {
        assert!(RULES.key_text("name", &"é".repeat(500)).is_ok());
        let refusal = RULES.key_text("name", &"é".repeat(501)).unwrap_err();
        assert_eq!(refusal.reason, "it has at most 1000 bytes, this one has 1002");
    }

    #[test]
    fn numbers_are_finite_and_minus_zero_becomes_zero() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(RULES.number("score", &mut bad.clone()).is_err());
        }
        for (given, kept) in [(-0.0, 0.0), (f64::MIN_POSITIVE / 2.0, f64::MIN_POSITIVE / 2.0), (-1.5, -1.5)] {
            let mut number: f64 = given;
            RULES.number("score", &mut number).unwrap();
            assert_eq!(number.to_bits(), f64::to_bits(kept));
        }
    }

    #[test]
    fn counts_and_durations_fit_a_signed_integer() {
        assert!(RULES.count("file_count", i64::MAX as u64).is_ok());
        assert!(RULES.count("file_count", i64::MAX as u64 + 1).is_err());
        assert!(RULES.duration("duration", MAX_DURATION).is_ok());
        assert!(RULES.duration("duration", MAX_DURATION + Duration::from_nanos(1)).is_err());
    }

    #[test]
    fn documents_must_be_json() {
        let refusal = RULES.json("definition", &Json::new("{nope}")).unwrap_err();
        assert_eq!(refusal.field, "definition");
        assert!(refusal.reason.starts_with("not a JSON document: "), "{}", refusal.reason);
    }
}
