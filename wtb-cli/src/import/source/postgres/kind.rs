//! What the text of a value means, which the type of its column tells.

use crate::import::source::Value;
use std::borrow::Cow;

/// How the values of a column are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Yes or no, kept as 1 or 0.
    Flag,
    /// A number of any type, kept as an integer where it is whole.
    Number,
    /// The text itself: text, a name of an enum, a document, a time, a UUID.
    Text,
    /// Something no column of the Python system holds, in words.
    Unreadable(Cow<'static, str>),
}

impl Kind {
    /// The kind of a type of this category, written by the function `output`. A domain has both from its base type.
    pub(super) fn of(category: &str, output: &str, name: &str) -> Self {
        match (category, output) {
            ("B", _) => Self::Flag,
            ("N", _) => Self::Number,
            ("S" | "D" | "E", _) | (_, "json_out" | "jsonb_out" | "uuid_out") => Self::Text,
            (_, "byteaout") => Self::Unreadable("binary data".into()),
            _ => Self::Unreadable(format!("of type {name}").into()),
        }
    }

    /// The value that is written as `text`, or NULL.
    pub(super) fn value(&self, text: Option<&[u8]>) -> Value {
        let Some(text) = text else { return Value::Null };
        let Ok(text) = std::str::from_utf8(text) else {
            return Value::Unreadable("text that is not UTF-8".into());
        };
        match self {
            Self::Flag => Value::Integer((text == "true").into()),
            Self::Number => number(text).unwrap_or(Value::Unreadable("a number in another form".into())),
            Self::Text => Value::Text(text.to_owned()),
            Self::Unreadable(what) => Value::Unreadable(what.clone()),
        }
    }
}

/// A decimal without digits after its point is whole, as it is in an SQLite column.
fn number(text: &str) -> Option<Value> {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    whole.parse().map(Value::Integer).or_else(|_| text.parse().map(Value::Real)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &Kind, text: &str) -> Value {
        kind.value(Some(text.as_bytes()))
    }

    #[test]
    fn null_is_null_in_every_column() {
        for kind in [Kind::Flag, Kind::Number, Kind::Text, Kind::Unreadable("binary data".into())] {
            assert_eq!(kind.value(None), Value::Null);
        }
    }

    #[test]
    fn whole_numbers_are_integers_whatever_their_type() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("-9223372036854775808", i64::MIN),
            ("9223372036854775807", i64::MAX),
            ("3.00", 3),
        ] {
            assert_eq!(read(&Kind::Number, text), Value::Integer(expected), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_the_nearest_floats() {
        for (text, expected) in [
            ("0.1", 0.1),
            ("5e-324", 5e-324),
            ("1.7976931348623157e+308", f64::MAX),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("Infinity", f64::INFINITY),
        ] {
            assert_eq!(read(&Kind::Number, text), Value::Real(expected), "{text}");
        }
        let Value::Real(nan) = read(&Kind::Number, "NaN") else { panic!("a float") };
        assert!(nan.is_nan());
    }

    #[test]
    fn what_is_no_number_after_all_is_not_taken_for_one() {
        assert!(matches!(read(&Kind::Number, "$1.00"), Value::Unreadable(_)));
    }

    #[test]
    fn text_in_another_encoding_is_not_guessed() {
        assert_eq!(Kind::Text.value(Some(b"\xff")), Value::Unreadable("text that is not UTF-8".into()));
    }
}
