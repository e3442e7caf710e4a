//! What single values mean, above all NULL.

use super::Interpretation;
use super::cells::{Broken, Cells};
use super::times::Times;
use crate::import::source::{Row, Table, Value};
use jiff::tz::TimeZone;
use std::fmt::Debug;
use std::time::Duration;
use wtb_domain::{CheckpointId, Json, Severity};

/// What `read` makes of `value` in the column `c`.
fn cell<T>(value: Value, read: impl FnOnce(&mut Cells<'_>) -> Result<T, Broken>) -> Result<T, Broken> {
    let table = Table { name: "t".to_owned(), columns: vec!["b".to_owned(), "c".to_owned()] };
    let interpretation = Interpretation { times: Times::in_zone(TimeZone::UTC), nan_as_null: false };
    let row = Row::new(&table, vec![Value::Text("another column".to_owned()), value]);
    read(&mut Cells::new(row, &interpretation))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn assert_refused<T: Debug>(outcome: Result<T, Broken>, reason: &str) {
    assert_eq!(outcome.unwrap_err(), Broken::new("c", reason));
}

#[test]
fn integer_ids_become_their_decimal_text_and_texts_stay() {
    let id = |value| cell(value, |cells| cells.id::<CheckpointId>("c")).map(|id| id.to_string());
    assert_eq!(id(Value::Integer(12)).unwrap(), "12");
    assert_eq!(id(Value::Integer(i64::MIN)).unwrap(), "-9223372036854775808");
    assert_eq!(id(text("1ef-é")).unwrap(), "1ef-é");
    assert_refused(id(Value::Null), "it is NULL");
    assert_refused(id(text("")), r#""": an id cannot be empty"#);
    assert_refused(id(Value::Real(1.0)), "it should be an id, and is the number 1.0");
    assert_refused(id(Value::Unreadable("binary data".into())), "it should be an id, and is binary data");
    assert_eq!(cell(Value::Null, |cells| cells.optional_id::<CheckpointId>("c")), Ok(None));
}

#[test]
fn a_wrong_text_is_shown_as_far_as_a_sentence_can_bear() {
    let outcome = cell(text(&"é".repeat(300)), |cells| cells.id::<CheckpointId>("c"));
    let shown = "é".repeat(60);
    assert_refused(outcome, &format!("\"{shown}…\": an id has at most 255 bytes, this one has 600"));
}

#[test]
fn documents_are_taken_byte_for_byte_and_null_is_an_empty_one() {
    let json = |value| cell(value, |cells| cells.json_or_empty("c"));
    let document = "{\"b\": 1.10,  \"a\": [ ]}\n";
    assert_eq!(json(text(document)).unwrap().as_str(), document);
    assert_eq!(json(Value::Null), Ok(Json::empty_object()));
    assert_eq!(cell(Value::Null, |cells| cells.optional_json("c")), Ok(None));
    assert_refused(cell(Value::Null, |cells| cells.json("c")), "it is NULL");
    assert_refused(json(Value::Integer(1)), "it should be text, and is the number 1");
}

#[test]
fn lists_of_node_ids_keep_order_and_repetition() {
    let nodes = |value| cell(value, |cells| cells.nodes("c"));
    let names = |value| nodes(value).map(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(names(text(r#"["b", "a", "b"]"#)).unwrap(), ["b", "a", "b"]);
    for nothing in [Value::Null, text("[]"), text("null")] {
        assert_eq!(nodes(nothing), Ok(vec![]));
    }
    for wrong in ["{}", "[1]", "[\"a\"", ""] {
        let refusal = nodes(text(wrong)).unwrap_err();
        assert!(refusal.reason.starts_with("not a list of node ids: "), "{wrong}: {}", refusal.reason);
    }
}

#[test]
fn flags_are_zero_or_one_and_null_is_neither() {
    let flag = |value| cell(value, |cells| cells.flag("c"));
    assert_refused(flag(Value::Null), "it is NULL");
    assert_eq!(flag(Value::Integer(1)), Ok(true));
    assert_eq!(flag(Value::Integer(0)), Ok(false));
    assert_refused(flag(Value::Integer(2)), "it should be 0 or 1, and is the number 2");
    assert_refused(flag(text("true")), r#"it should be 0 or 1, and is the text "true""#);
}

#[test]
fn counts_are_not_negative_and_null_is_not_zero() {
    let count = |value| cell(value, |cells| cells.count("c"));
    assert_refused(count(Value::Null), "it is NULL");
    assert_eq!(count(Value::Integer(i64::MAX)), Ok(i64::MAX.unsigned_abs()));
    assert_refused(count(Value::Integer(-1)), "a count cannot be negative, this one is -1");
}

#[test]
fn numbers_keep_their_value_or_are_refused() {
    let number = |value| cell(value, |cells| cells.number("c"));
    assert_refused(number(Value::Null), "it is NULL");
    assert_eq!(number(Value::Real(0.1 + 0.2)), Ok(0.300_000_000_000_000_04));
    assert_eq!(number(Value::Integer(-(1 << 53))), Ok(-9_007_199_254_740_992.0));
    assert_eq!(number(Value::Integer(i64::MIN)), Ok(-9_223_372_036_854_775_808.0));
    for inexact in [(1 << 53) + 1, i64::MAX] {
        let reason = format!("{inexact} has more digits than a score can keep");
        assert_refused(number(Value::Integer(inexact)), &reason);
    }
    assert_refused(number(text("nan")), r#"it should be a number, and is the text "nan""#);
}

#[test]
fn milliseconds_are_rounded_to_nanoseconds() {
    let duration = |value| cell(value, |cells| cells.optional_milliseconds("c"));
    assert_eq!(duration(Value::Null), Ok(None));
    assert_refused(cell(Value::Null, |cells| cells.milliseconds("c")), "it is NULL");
    assert_eq!(duration(Value::Integer(3)), Ok(Some(Duration::from_millis(3))));
    assert_eq!(duration(Value::Real(0.263)), Ok(Some(Duration::from_micros(263))));
    assert_eq!(duration(Value::Real(1.000_000_6)), Ok(Some(Duration::from_nanos(1_000_001))));
    assert_eq!(duration(Value::Real(-0.0)), Ok(Some(Duration::ZERO)));
    for (wrong, shown) in [
        (Value::Integer(-1), "-1"),
        (Value::Real(-0.5), "-0.5"),
        (Value::Real(f64::NAN), "NaN"),
        (Value::Real(f64::INFINITY), "inf"),
        (Value::Real(1e13), "10000000000000"),
    ] {
        assert_refused(
            duration(wrong),
            &format!("a duration is 0 to 292 years long, this one is {shown} ms"),
        );
    }
}

#[test]
fn names_of_a_closed_set_are_answered_with_the_known_ones() {
    let severity = |value| cell(value, |cells| cells.name::<Severity>("c"));
    assert_eq!(severity(text("success")), Ok(Severity::Success));
    assert_refused(severity(text("fatal")), r#""fatal" is none of debug, info, success, warning, error"#);
    assert_refused(severity(Value::Null), "it is NULL");
}

#[test]
fn times_are_text() {
    let time = |value| cell(value, |cells| cells.time("c")).map(|time| time.to_string());
    assert_eq!(time(text("2026-11-23 02:54:34")).unwrap(), "2026-11-23T02:54:34.000000Z");
    assert_refused(time(Value::Null), "it is NULL");
    assert_refused(time(Value::Integer(5)), "it should be a time, and is the number 5");
    assert_refused(time(text("now")), r#""now" is not a time like 2026-01-31 23:59:59.000001"#);
}

#[test]
fn a_column_that_is_not_there_is_null() {
    assert_eq!(cell(Value::Null, |cells| cells.optional_text("absent")), Ok(None));
    let refusal = cell(Value::Null, |cells| cells.text("absent")).unwrap_err();
    assert_eq!(refusal, Broken::new("absent", "it is NULL"));
}
