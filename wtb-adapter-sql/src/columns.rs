//! Reading the columns of a row, in order, as what an entity is made of.

use serde::de::DeserializeOwned;
use std::error::Error;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;
use wtb_domain::{Json, Revision, Timestamp};
use wtb_ports::BoxError;

/// A row of any database. `None` is NULL; another type than the one asked for is an error.
pub(crate) trait Columns {
    /// Text.
    fn text(&self, column: usize) -> Result<Option<&str>, BoxError>;
    /// The text of a JSON document.
    fn document(&self, column: usize) -> Result<Option<&str>, BoxError>;
    /// A whole number.
    fn integer(&self, column: usize) -> Result<Option<i64>, BoxError>;
    /// A number.
    fn float(&self, column: usize) -> Result<Option<f64>, BoxError>;
    /// Yes or no.
    fn bool(&self, column: usize) -> Result<Option<bool>, BoxError>;
    /// A moment.
    fn time(&self, column: usize) -> Result<Option<Timestamp>, BoxError>;
}

/// A column that does not hold what it should.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// Which one, counted from 0.
    pub(crate) column: usize,
    /// What is wrong with it.
    pub(crate) source: BoxError,
}

/// What a column answers.
pub(crate) type Read<T> = Result<T, Unreadable>;

/// Reads one column after another.
pub(crate) struct Reader<'r, C> {
    row: &'r C,
    column: usize,
}

impl<'r, C: Columns> Reader<'r, C> {
    /// Begins at the first column.
    pub(crate) fn new(row: &'r C) -> Self {
        Self { row, column: 0 }
    }

    pub(crate) fn string(&mut self) -> Read<String> {
        self.required(C::text, |text| Ok::<_, BoxError>(text.to_owned()))
    }

    pub(crate) fn optional_string(&mut self) -> Read<Option<String>> {
        self.optional(C::text, |text| Ok::<_, BoxError>(text.to_owned()))
    }

    /// An identifier, or a member of a closed set.
    pub(crate) fn parsed<T: FromStr<Err: Error + Send + Sync + 'static>>(&mut self) -> Read<T> {
        self.required(C::text, str::parse)
    }

    pub(crate) fn optional_parsed<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &mut self,
    ) -> Read<Option<T>> {
        self.optional(C::text, str::parse)
    }

    pub(crate) fn document(&mut self) -> Read<Json> {
        self.required(C::document, |text| Ok::<_, BoxError>(Json::new(text)))
    }

    pub(crate) fn optional_document(&mut self) -> Read<Option<Json>> {
        self.optional(C::document, |text| Ok::<_, BoxError>(Json::new(text)))
    }

    /// The list that a document holds.
    pub(crate) fn list<T: DeserializeOwned>(&mut self) -> Read<Vec<T>> {
        // Most lists are empty, and the text of those needs no parser.
        self.required(
            C::document,
            |text| if text == "[]" { Ok(Vec::new()) } else { serde_json::from_str(text) },
        )
    }

    pub(crate) fn integer(&mut self) -> Read<i64> {
        self.required(C::integer, Ok::<_, BoxError>)
    }

    pub(crate) fn revision(&mut self) -> Read<Revision> {
        self.required(C::integer, Revision::try_from)
    }

    pub(crate) fn count(&mut self) -> Read<u64> {
        self.required(C::integer, u64::try_from)
    }

    pub(crate) fn ordinal(&mut self) -> Read<NonZeroU32> {
        self.required(C::integer, |number| u32::try_from(number).and_then(NonZeroU32::try_from))
    }

    pub(crate) fn duration(&mut self) -> Read<Duration> {
        self.required(C::integer, nanoseconds)
    }

    pub(crate) fn optional_duration(&mut self) -> Read<Option<Duration>> {
        self.optional(C::integer, nanoseconds)
    }

    pub(crate) fn float(&mut self) -> Read<f64> {
        self.required(C::float, Ok::<_, BoxError>)
    }

    pub(crate) fn bool(&mut self) -> Read<bool> {
        self.required(C::bool, Ok::<_, BoxError>)
    }

    pub(crate) fn time(&mut self) -> Read<Timestamp> {
        self.required(C::time, Ok::<_, BoxError>)
    }

    pub(crate) fn optional_time(&mut self) -> Read<Option<Timestamp>> {
        self.optional(C::time, Ok::<_, BoxError>)
    }

    fn optional<V, T, E: Into<BoxError>>(
        &mut self,
        get: fn(&'r C, usize) -> Result<Option<V>, BoxError>,
        make: impl FnOnce(V) -> Result<T, E>,
    ) -> Read<Option<T>> {
        let column = self.column;
        self.column += 1;
        let value = get(self.row, column).map_err(|source| Unreadable { column, source })?;
        value.map(make).transpose().map_err(|source| Unreadable { column, source: source.into() })
    }

    fn required<V, T, E: Into<BoxError>>(
        &mut self,
        get: fn(&'r C, usize) -> Result<Option<V>, BoxError>,
        make: impl FnOnce(V) -> Result<T, E>,
    ) -> Read<T> {
        let column = self.column;
        self.optional(get, make)?.ok_or_else(|| Unreadable { column, source: "it is NULL".into() })
    }
}

fn nanoseconds(number: i64) -> Result<Duration, std::num::TryFromIntError> {
    u64::try_from(number).map(Duration::from_nanos)
}
