//! Reads typed values out of a row; each refusal names the column.

use super::times::Times;
use crate::import::source::{Row, Value};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;
use wtb_domain::{Json, Timestamp};

/// How much of a wrong text a reason repeats, in characters.
const SHOWN: usize = 60;

/// Why a row cannot be kept: what is wrong with which column, or with several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) column: Cow<'static, str>,
    pub(crate) reason: String,
}

impl Broken {
    pub(crate) fn new(column: &'static str, reason: impl Into<String>) -> Self {
        Self { column: column.into(), reason: reason.into() }
    }
}

/// The values of one row.
#[derive(Debug)]
pub(crate) struct Cells<'r> {
    row: Row<'r>,
    times: &'r Times,
}

type Cell<T> = Result<T, Broken>;

impl<'r> Cells<'r> {
    pub(crate) fn new(row: Row<'r>, times: &'r Times) -> Self {
        Self { row, times }
    }

    /// The value as a key is shown, or `None` if it can be no key.
    pub(crate) fn key(&self, column: &str) -> Option<String> {
        match self.row.peek(column) {
            Value::Integer(number) => Some(number.to_string()),
            Value::Text(text) => Some(shown(text).into_owned()),
            Value::Null | Value::Real(_) | Value::Unreadable(_) => None,
        }
    }

    pub(crate) fn is_default(&self, column: &str) -> bool {
        self.row.peek(column).is_default()
    }

    pub(crate) fn optional_text(&mut self, column: &'static str) -> Cell<Option<String>> {
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(unexpected(column, "text", &other)),
        }
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Cell<String> {
        present(column, self.optional_text(column)?)
    }

    /// An integer becomes its decimal text.
    pub(crate) fn optional_id<I>(&mut self, column: &'static str) -> Cell<Option<I>>
    where
        I: From<i64> + FromStr<Err: Display>,
    {
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(number.into())),
            Value::Text(text) => match text.parse() {
                Ok(id) => Ok(Some(id)),
                Err(invalid) => Err(Broken::new(column, format!("{:?}: {invalid}", shown(&text)))),
            },
            other => Err(unexpected(column, "an id", &other)),
        }
    }

    pub(crate) fn id<I>(&mut self, column: &'static str) -> Cell<I>
    where
        I: From<i64> + FromStr<Err: Display>,
    {
        present(column, self.optional_id(column)?)
    }

    /// The document, byte for byte and unchecked.
    pub(crate) fn optional_json(&mut self, column: &'static str) -> Cell<Option<Json>> {
        Ok(self.optional_text(column)?.map(Json::new))
    }

    pub(crate) fn json(&mut self, column: &'static str) -> Cell<Json> {
        present(column, self.optional_json(column)?)
    }

    /// The document, byte for byte and unchecked; `{}` if there is none.
    pub(crate) fn json_or_empty(&mut self, column: &'static str) -> Cell<Json> {
        Ok(self.optional_json(column)?.unwrap_or_default())
    }

    /// The items of a list in a document; none if there is no document.
    pub(crate) fn list<T>(&mut self, column: &'static str, of: &str) -> Cell<Vec<T>>
    where
        T: for<'de> Deserialize<'de>,
    {
        let Some(text) = self.optional_text(column)? else { return Ok(Vec::new()) };
        let list: Result<Option<Vec<T>>, _> = serde_json::from_str(&text);
        match list {
            Ok(list) => Ok(list.unwrap_or_default()),
            Err(error) => Err(Broken::new(column, format!("not a list of {of}: {error}"))),
        }
    }

    pub(crate) fn optional_time(&mut self, column: &'static str) -> Cell<Option<Timestamp>> {
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Text(text) => {
                self.times.read(&text).map(Some).map_err(|reason| Broken::new(column, reason))
            }
            other => Err(unexpected(column, "a time", &other)),
        }
    }

    pub(crate) fn time(&mut self, column: &'static str) -> Cell<Timestamp> {
        present(column, self.optional_time(column)?)
    }

    /// One of a closed set of names.
    pub(crate) fn name<N: FromStr<Err: Display>>(&mut self, column: &'static str) -> Cell<N> {
        let text = self.text(column)?;
        text.parse().map_err(|unknown: N::Err| Broken::new(column, unknown.to_string()))
    }

    /// Yes or no; yes if it does not say, as in the Python system.
    pub(crate) fn flag(&mut self, column: &'static str) -> Cell<bool> {
        match self.row.take(column) {
            Value::Null | Value::Integer(1) => Ok(true),
            Value::Integer(0) => Ok(false),
            other => Err(unexpected(column, "0 or 1", &other)),
        }
    }

    /// A number of things; zero if it does not say.
    pub(crate) fn count(&mut self, column: &'static str) -> Cell<u64> {
        match self.row.take(column) {
            Value::Null => Ok(0),
            Value::Integer(number) => u64::try_from(number).map_err(|_| {
                Broken::new(column, format!("a count cannot be negative, this one is {number}"))
            }),
            other => Err(unexpected(column, "a count", &other)),
        }
    }

    pub(crate) fn optional_number(&mut self, column: &'static str) -> Cell<Option<f64>> {
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Real(number) => Ok(Some(number)),
            Value::Integer(number) => match exact(number) {
                Some(number) => Ok(Some(number)),
                None => Err(Broken::new(column, format!("{number} has more digits than a score can keep"))),
            },
            other => Err(unexpected(column, "a number", &other)),
        }
    }

    /// A number of milliseconds, to the nearest nanosecond.
    pub(crate) fn optional_milliseconds(&mut self, column: &'static str) -> Cell<Option<Duration>> {
        let refuse = |given: &dyn Display| {
            Broken::new(column, format!("a duration is 0 to 292 years long, this one is {given} ms"))
        };
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Integer(number) => match u64::try_from(number) {
                Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
                Err(_) => Err(refuse(&number)),
            },
            Value::Real(number) => match nanoseconds(number) {
                Some(nanoseconds) => Ok(Some(Duration::from_nanos(nanoseconds))),
                None => Err(refuse(&number)),
            },
            other => Err(unexpected(column, "a number of milliseconds", &other)),
        }
    }
}

/// The number as a float that means exactly the same, if there is one.
pub(crate) fn exact(number: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "the way back tells whether any was lost")]
    let float = number as f64;
    #[expect(clippy::cast_possible_truncation, reason = "128 bits hold every float that came from 64 bits")]
    let back = float as i128;
    (back == i128::from(number)).then_some(float)
}

fn nanoseconds(milliseconds: f64) -> Option<u64> {
    /// 2 to the power of 63, the first float that a stored duration cannot hold.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let nanoseconds = (milliseconds * 1e6).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was just checked")]
    (milliseconds >= 0.0 && nanoseconds < LIMIT).then_some(nanoseconds as u64)
}

fn present<T>(column: &'static str, value: Option<T>) -> Cell<T> {
    value.ok_or_else(|| Broken::new(column, "it is NULL"))
}

fn unexpected(column: &'static str, expected: &str, value: &Value) -> Broken {
    let found = match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => format!("the number {number}"),
        Value::Real(number) => format!("the number {number:?}"),
        Value::Text(text) => format!("the text {:?}", shown(text)),
        Value::Unreadable(what) => what.to_string(),
    };
    Broken::new(column, format!("it should be {expected}, and is {found}"))
}

/// The beginning of a text, as much as a sentence can bear.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
