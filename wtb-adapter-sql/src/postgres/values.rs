//! Values on their way to and from PostgreSQL: each with the native type of its column.

use crate::arg::{Arg, Args};
use crate::columns::Columns;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgHasArrayType, PgRow, PgTypeInfo, PgValueRef};
use sqlx::{Arguments, Decode, Encode, Postgres, Row, Type};
use wtb_domain::Timestamp;
use wtb_ports::BoxError;

/// The type `json` and the arrays of it. PostgreSQL never changes the numbers of its own types.
const JSON: PgTypeInfo = PgTypeInfo::with_oid(Oid(114));
const JSON_ARRAY: PgTypeInfo = PgTypeInfo::with_oid(Oid(199));
/// The type `timestamptz` and the arrays of it.
const TIMESTAMPTZ: PgTypeInfo = PgTypeInfo::with_oid(Oid(1184));
const TIMESTAMPTZ_ARRAY: PgTypeInfo = PgTypeInfo::with_oid(Oid(1185));
/// The length of NULL.
const NULL: i32 = -1;
/// The start of 2000 in microseconds since that of 1970: PostgreSQL counts from there.
const EPOCH_2000: i64 = 946_684_800_000_000;

/// The text of a document. sqlx's own type for documents would bind `jsonb`, which rewrites the text.
struct Document<'a>(&'a str);

impl Type<Postgres> for Document<'_> {
    fn type_info() -> PgTypeInfo {
        JSON
    }
}

impl PgHasArrayType for Document<'_> {
    fn array_type_info() -> PgTypeInfo {
        JSON_ARRAY
    }
}

impl Encode<'_, Postgres> for Document<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for Document<'r> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(value.as_str()?))
    }
}

/// A moment.
struct Moment(Timestamp);

impl Type<Postgres> for Moment {
    fn type_info() -> PgTypeInfo {
        TIMESTAMPTZ
    }
}

impl PgHasArrayType for Moment {
    fn array_type_info() -> PgTypeInfo {
        TIMESTAMPTZ_ARRAY
    }
}

impl Encode<'_, Postgres> for Moment {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        // No moment of the years 1 to 9999 is near the ends of the numbers.
        buffer.extend_from_slice(&(self.0.as_micros() - EPOCH_2000).to_be_bytes());
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for Moment {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = i64::from_be_bytes(value.as_bytes()?.try_into()?).saturating_add(EPOCH_2000);
        let moment = Timestamp::from_micros(micros);
        moment.map(Self).ok_or_else(|| "it is outside the years 1 to 9999".into())
    }
}

/// The arguments as the library binds them.
pub(super) fn bound(args: &Args<'_>) -> Result<PgArguments, sqlx::Error> {
    let mut bound = PgArguments::default();
    for arg in args.as_slice() {
        match arg {
            Arg::Text(text) => bound.add(text.as_deref()),
            Arg::Document(text) => bound.add(text.as_deref().map(Document)),
            Arg::Integer(number) => bound.add(number),
            Arg::Float(number) => bound.add(number),
            Arg::Bool(yes) => bound.add(yes),
            Arg::Time(time) => bound.add(time.map(Moment)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

/// The arguments of several rows of `width` columns, row after row, as one array for each column.
pub(super) fn bound_by_column(args: &Args<'_>, width: usize) -> Result<PgArguments, sqlx::Error> {
    /// Collects the cells of a column, all of which have the type of its first.
    macro_rules! column {
        ($cells:ident, $kind:ident($value:ident) => $cell:expr) => {
            $cells.map(|cell| if let Arg::$kind($value) = cell { $cell } else { None }).collect::<Vec<_>>()
        };
    }
    let mut bound = PgArguments::default();
    for (column, first) in args.as_slice().iter().take(width).enumerate() {
        let cells = args.as_slice().iter().skip(column).step_by(width);
        match first {
            Arg::Text(_) => bound.add(column!(cells, Text(text) => text.as_deref())),
            Arg::Document(_) => bound.add(column!(cells, Document(text) => text.as_deref().map(Document))),
            Arg::Integer(_) => bound.add(column!(cells, Integer(number) => *number)),
            Arg::Float(_) => bound.add(column!(cells, Float(number) => Some(*number))),
            Arg::Bool(_) => bound.add(column!(cells, Bool(yes) => Some(*yes))),
            Arg::Time(_) => bound.add(column!(cells, Time(time) => time.map(Moment))),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

/// Appends how many arguments a row of a stream has; each follows with its length before it.
///
/// # Errors
/// If these are too many.
pub(super) fn stream_width(args: &Args<'_>, rows: &mut PgArgumentBuffer) -> Result<(), BoxDynError> {
    rows.extend_from_slice(&i16::try_from(args.as_slice().len())?.to_be_bytes());
    Ok(())
}

/// Appends the length of an argument to a stream of rows.
///
/// # Errors
/// If it is too long.
pub(super) fn stream_length(length: usize, rows: &mut PgArgumentBuffer) -> Result<(), BoxDynError> {
    rows.extend_from_slice(&i32::try_from(length)?.to_be_bytes());
    Ok(())
}

/// Appends an argument and its length to a stream of rows.
///
/// # Errors
/// If it is too long.
pub(super) fn stream(arg: &Arg<'_>, rows: &mut PgArgumentBuffer) -> Result<(), BoxDynError> {
    match arg {
        Arg::Text(text) => field(text.as_deref(), rows),
        Arg::Document(text) => field(text.as_deref().map(Document), rows),
        Arg::Integer(number) => field(*number, rows),
        Arg::Float(number) => field(Some(*number), rows),
        Arg::Bool(yes) => field(Some(*yes), rows),
        Arg::Time(time) => field(time.map(Moment), rows),
    }
}

fn field<'v>(
    value: Option<impl Encode<'v, Postgres>>,
    rows: &mut PgArgumentBuffer,
) -> Result<(), BoxDynError> {
    let begin = rows.len();
    rows.extend_from_slice(&NULL.to_be_bytes());
    if let Some(value) = value {
        let end_of_length = rows.len();
        let _ = value.encode(rows)?;
        let length = i32::try_from(rows.len() - end_of_length)?;
        rows[begin..end_of_length].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

/// One argument: an array of ids.
pub(super) fn bound_ids<I: AsRef<str>>(ids: &[I]) -> Result<PgArguments, sqlx::Error> {
    let mut bound = PgArguments::default();
    bound.add(ids.iter().map(AsRef::as_ref).collect::<Vec<&str>>()).map_err(sqlx::Error::Encode)?;
    Ok(bound)
}

impl Columns for PgRow {
    fn text(&self, column: usize) -> Result<Option<&str>, BoxError> {
        Ok(self.try_get(column)?)
    }

    fn document(&self, column: usize) -> Result<Option<&str>, BoxError> {
        let document: Option<Document<'_>> = self.try_get(column)?;
        Ok(document.map(|Document(text)| text))
    }

    fn integer(&self, column: usize) -> Result<Option<i64>, BoxError> {
        Ok(self.try_get(column)?)
    }

    fn float(&self, column: usize) -> Result<Option<f64>, BoxError> {
        Ok(self.try_get(column)?)
    }

    fn bool(&self, column: usize) -> Result<Option<bool>, BoxError> {
        Ok(self.try_get(column)?)
    }

    fn time(&self, column: usize) -> Result<Option<Timestamp>, BoxError> {
        let moment: Option<Moment> = self.try_get(column)?;
        Ok(moment.map(|Moment(time)| time))
    }
}
