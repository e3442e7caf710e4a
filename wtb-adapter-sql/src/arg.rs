//! The arguments of a statement: borrowed values, each with the type of its column.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::time::Duration;
use wtb_domain::{Json, Timestamp};
use wtb_ports::Cursor;

/// One value to bind. `None` is NULL, still with a type, which PostgreSQL needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arg<'a> {
    /// Text.
    Text(Option<Cow<'a, str>>),
    /// The text of a JSON document.
    Document(Option<Cow<'a, str>>),
    /// A whole number.
    Integer(Option<i64>),
    /// A finite number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A moment.
    Time(Option<Timestamp>),
}

/// The arguments of one statement, or of several rows of one insert, in the order of the placeholders.
#[derive(Debug, Default, Clone)]
pub(crate) struct Args<'a>(Vec<Arg<'a>>);

impl<'a> Args<'a> {
    /// None yet, with room for `count`.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The arguments, first placeholder first.
    pub(crate) fn as_slice(&self) -> &[Arg<'a>] {
        &self.0
    }

    /// Adds text.
    pub(crate) fn text(self, text: &'a str) -> Self {
        self.optional_text(Some(text))
    }

    /// Adds text, or NULL.
    pub(crate) fn optional_text(self, text: Option<&'a str>) -> Self {
        self.and(Arg::Text(text.map(Cow::Borrowed)))
    }

    /// Adds an identifier, or NULL.
    pub(crate) fn optional_id(self, id: Option<&'a impl AsRef<str>>) -> Self {
        self.optional_text(id.map(AsRef::as_ref))
    }

    /// Adds a document.
    pub(crate) fn document(self, document: &'a Json) -> Self {
        self.optional_document(Some(document))
    }

    /// Adds a document, or NULL.
    pub(crate) fn optional_document(self, document: Option<&'a Json>) -> Self {
        self.and(Arg::Document(document.map(|document| Cow::Borrowed(document.as_str()))))
    }

    /// Adds the document that a list is written as.
    #[expect(clippy::expect_used, reason = "names and numbers can always be written as JSON")]
    pub(crate) fn list(self, list: &'a [impl serde::Serialize]) -> Self {
        let text = if list.is_empty() {
            Cow::Borrowed("[]")
        } else {
            Cow::Owned(serde_json::to_string(list).expect("a list of names or measurements"))
        };
        self.and(Arg::Document(Some(text)))
    }

    /// Adds a whole number.
    pub(crate) fn integer(self, number: i64) -> Self {
        self.and(Arg::Integer(Some(number)))
    }

    /// Adds a count, which the rules of entities keep below `i64::MAX`.
    pub(crate) fn count(self, count: u64) -> Self {
        self.integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Adds a number from 1.
    pub(crate) fn ordinal(self, ordinal: NonZeroU32) -> Self {
        self.integer(i64::from(ordinal.get()))
    }

    /// Adds a duration in nanoseconds, which the rules of entities keep below `i64::MAX`.
    pub(crate) fn duration(self, duration: Duration) -> Self {
        self.optional_duration(Some(duration))
    }

    /// Adds a duration in nanoseconds, or NULL.
    pub(crate) fn optional_duration(self, duration: Option<Duration>) -> Self {
        self.and(Arg::Integer(
            duration.map(|duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)),
        ))
    }

    /// Adds a finite number.
    pub(crate) fn float(self, number: f64) -> Self {
        self.and(Arg::Float(number))
    }

    /// Adds yes or no.
    pub(crate) fn bool(self, yes: bool) -> Self {
        self.and(Arg::Bool(yes))
    }

    /// Adds a moment.
    pub(crate) fn time(self, time: Timestamp) -> Self {
        self.optional_time(Some(time))
    }

    /// Adds a moment, or NULL.
    pub(crate) fn optional_time(self, time: Option<Timestamp>) -> Self {
        self.and(Arg::Time(time))
    }

    /// Adds the place to go on after and the number of rows to read.
    pub(crate) fn page(self, after: Option<Cursor>, rows: usize) -> Self {
        self.integer(after.map_or(i64::MIN, Cursor::place)).count(rows as u64)
    }

    /// Adds a value.
    pub(crate) fn and(mut self, arg: Arg<'a>) -> Self {
        self.0.push(arg);
        self
    }
}
