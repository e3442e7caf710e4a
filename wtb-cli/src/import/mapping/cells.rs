//! Reads typed values out of a row; each refusal names the column.

use super::adjusted::how;
use super::{Interpretation, nan};
use crate::import::source::{Row, Value};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;
use wtb_domain::{Json, NodeId, Timestamp};

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
    interpretation: &'r Interpretation,
    /// Which columns are stored in another form: the column, how, and how many of its values.
    adjusted: Vec<(&'static str, &'static str, u64)>,
}

type Cell<T> = Result<T, Broken>;

impl<'r> Cells<'r> {
    pub(crate) fn new(row: Row<'r>, interpretation: &'r Interpretation) -> Self {
        Self { row, interpretation, adjusted: Vec::new() }
    }

    /// Notes that so many values of `column` are stored in another form.
    pub(crate) fn adjust(&mut self, column: &'static str, how: &'static str, values: u64) {
        if values > 0 {
            self.adjusted.push((column, how, values));
        }
    }

    /// What was noted.
    pub(crate) fn adjusted(self) -> Vec<(&'static str, &'static str, u64)> {
        self.adjusted
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

    /// The text of a document, byte for byte and unchecked but for NaN and the infinities, which Python writes.
    fn optional_document(&mut self, column: &'static str) -> Cell<Option<String>> {
        let Some(text) = self.optional_text(column)? else { return Ok(None) };
        let Some((at, name)) = nan::first(&text) else { return Ok(Some(text)) };
        if !self.interpretation.nan_as_null {
            let reason = format!("{name} at byte {at} is not JSON; --nan-as-null stores null");
            return Err(Broken::new(column, reason));
        }
        let (replaced, values) = nan::as_null(&text);
        let replaced = replaced.into_owned();
        self.adjust(column, how::NULL_FOR_NAN, values);
        Ok(Some(replaced))
    }

    /// The document, as [`optional_document`](Self::optional_document) reads it.
    pub(crate) fn optional_json(&mut self, column: &'static str) -> Cell<Option<Json>> {
        Ok(self.optional_document(column)?.map(Json::new))
    }

    pub(crate) fn json(&mut self, column: &'static str) -> Cell<Json> {
        present(column, self.optional_json(column)?)
    }

    /// The document; `{}` if there is none, which Python stores as NULL.
    pub(crate) fn json_or_empty(&mut self, column: &'static str) -> Cell<Json> {
        Ok(self.optional_json(column)?.unwrap_or_default())
    }

    /// The items of a list in a document; none if there is no document.
    pub(crate) fn list<T>(&mut self, column: &'static str, of: &str) -> Cell<Vec<T>>
    where
        T: for<'de> Deserialize<'de>,
    {
        let Some(text) = self.optional_document(column)? else { return Ok(Vec::new()) };
        let list: Result<Option<Vec<T>>, _> = serde_json::from_str(&text);
        match list {
            Ok(list) => Ok(list.unwrap_or_default()),
            Err(error) => Err(Broken::new(column, format!("not a list of {of}: {error}"))),
        }
    }

    /// A list of node ids. Texts that cannot be one are left out and counted.
    pub(crate) fn nodes(&mut self, column: &'static str) -> Cell<Vec<NodeId>> {
        let items: Vec<Box<RawValue>> = self.list(column, "node ids")?;
        let (mut nodes, mut left_out) = (Vec::with_capacity(items.len()), 0);
        for item in items {
            match serde_json::from_str::<String>(item.get()) {
                Ok(text) => match NodeId::new(text) {
                    Ok(node) => nodes.push(node),
                    Err(_) => left_out += 1,
                },
                // A text with half of a surrogate pair is JSON, but no Unicode.
                Err(_) if item.get().starts_with('"') => left_out += 1,
                Err(error) => return Err(Broken::new(column, format!("not a list of node ids: {error}"))),
            }
        }
        self.adjust(column, how::NO_NODE_ID, left_out);
        Ok(nodes)
    }

    pub(crate) fn optional_time(&mut self, column: &'static str) -> Cell<Option<Timestamp>> {
        match self.row.take(column) {
            Value::Null => Ok(None),
            Value::Text(text) => {
                self.interpretation.times.read(&text).map(Some).map_err(|reason| Broken::new(column, reason))
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

    /// Yes or no.
    pub(crate) fn flag(&mut self, column: &'static str) -> Cell<bool> {
        match self.row.take(column) {
            Value::Null => present(column, None),
            Value::Integer(1) => Ok(true),
            Value::Integer(0) => Ok(false),
            other => Err(unexpected(column, "0 or 1", &other)),
        }
    }

    /// A number of things.
    pub(crate) fn count(&mut self, column: &'static str) -> Cell<u64> {
        match self.row.take(column) {
            Value::Null => present(column, None),
            Value::Integer(number) => u64::try_from(number).map_err(|_| {
                Broken::new(column, format!("a count cannot be negative, this one is {number}"))
            }),
            other => Err(unexpected(column, "a count", &other)),
        }
    }

    /// A measured number. SQLite stores NaN as NULL.
    pub(crate) fn number(&mut self, column: &'static str) -> Cell<f64> {
        match self.row.take(column) {
            Value::Null => present(column, None),
            Value::Real(number) => Ok(number),
            Value::Integer(number) => exact(number).ok_or_else(|| {
                Broken::new(column, format!("{number} has more digits than a score can keep"))
            }),
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

    /// As [`optional_milliseconds`](Self::optional_milliseconds), of a duration that must be known.
    pub(crate) fn milliseconds(&mut self, column: &'static str) -> Cell<Duration> {
        present(column, self.optional_milliseconds(column)?)
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
