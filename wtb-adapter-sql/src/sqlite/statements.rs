//! Running statements on a connection: binding, executing, reading and inserting in bulk.

use crate::arg::{Arg, Args};
use crate::columns::Columns;
use crate::failure::Failure;
use crate::read_row::read_row;
use crate::record::{Record, Table, count_of};
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, Row};
use std::ops::ControlFlow;
use std::sync::OnceLock;
use wtb_domain::{EntityKind, Timestamp};
use wtb_ports::BoxError;

/// Rows in one insert: enough to hide the cost of a statement, few enough for SQLite's limit of parameters.
pub(super) const BULK_ROWS: usize = 100;
/// Bytes of text up to which rows are in one insert: SQLite copies its arguments.
const BULK_BYTES: usize = 1 << 20;

/// Runs a statement without parameters or rows, such as COMMIT.
pub(super) fn run(connection: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(drop)
}

/// Runs a statement that answers no rows; answers how many it changed.
pub(super) fn execute(connection: &Connection, sql: &str, args: &Args<'_>) -> Result<u64, Failure> {
    let changed = bound(connection, sql, args)?.raw_execute()?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Runs a statement that answers rows, and shows each to `visit` until it breaks off.
pub(super) fn read(
    connection: &Connection,
    sql: &str,
    args: &Args<'_>,
    mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    let mut statement = bound(connection, sql, args)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if visit(row)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads the rows with these ids, and adds them: asking one prepared statement again and again is the fastest way in
/// SQLite.
pub(super) fn read_each<T: Table>(
    found: &mut Vec<T>,
    connection: &Connection,
    ids: &[T::Id],
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(T::GET.sql)?;
    for id in ids {
        statement.raw_bind_parameter(1, id.as_ref())?;
        let mut rows = statement.raw_query();
        if let Some(row) = rows.next()? {
            found.push(read_row(row)?.1);
        }
    }
    Ok(())
}

/// Inserts rows in the order given.
pub(super) fn insert<R: Record>(connection: &Connection, rows: &[R]) -> Result<(), Failure> {
    let insert = |sql, rows: &[R]| {
        let args = Args::with_capacity(rows.len() * count_of(R::BOUND));
        let stored = execute(connection, sql, &rows.iter().fold(args, |args, row| row.bind(args)))?;
        if stored == rows.len() as u64 { Ok(()) } else { Err(Failure::left_out::<R>(stored, rows.len())) }
    };
    let is_bulk =
        |chunk: &[R]| chunk.len() == BULK_ROWS && chunk.iter().map(R::byte_size).sum::<usize>() <= BULK_BYTES;
    rows.chunks(BULK_ROWS).try_for_each(|chunk| {
        if is_bulk(chunk) {
            insert(bulk_text::<R>(), chunk)
        } else {
            chunk.chunks(1).try_for_each(|row| insert(R::INSERT.sql, row))
        }
    })
}

/// The insert of [`BULK_ROWS`] rows, with plain `?` because SQLite searches a list for every named parameter.
pub(crate) fn bulk_text<R: Record>() -> &'static str {
    static TEXTS: [OnceLock<String>; EntityKind::ALL.len()] = [const { OnceLock::new() }; _];
    TEXTS[R::ENTITY as usize].get_or_init(|| {
        let row = format!("({})", vec!["?"; count_of(R::BOUND)].join(", "));
        format!("INSERT INTO {} ({}) VALUES {}", R::TABLE, R::BOUND, vec![row; BULK_ROWS].join(", "))
    })
}

fn bound<'c>(
    connection: &'c Connection,
    sql: &str,
    args: &Args<'_>,
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    for (place, arg) in args.as_slice().iter().enumerate() {
        statement.raw_bind_parameter(place + 1, arg)?;
    }
    Ok(statement)
}

impl ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let integer = |number| ToSqlOutput::Owned(Value::Integer(number));
        Ok(match self {
            Self::Text(Some(text)) | Self::Document(Some(text)) => {
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Self::Integer(Some(number)) => integer(*number),
            Self::Float(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Self::Bool(yes) => integer(i64::from(*yes)),
            Self::Time(Some(time)) => integer(time.as_micros()),
            Self::Text(None) | Self::Document(None) | Self::Integer(None) | Self::Time(None) => {
                ToSqlOutput::Owned(Value::Null)
            }
        })
    }
}

impl Columns for Row<'_> {
    fn text(&self, column: usize) -> Result<Option<&str>, BoxError> {
        Ok(self.get_ref(column)?.as_str_or_null()?)
    }

    fn document(&self, column: usize) -> Result<Option<&str>, BoxError> {
        self.text(column)
    }

    fn integer(&self, column: usize) -> Result<Option<i64>, BoxError> {
        Ok(self.get_ref(column)?.as_i64_or_null()?)
    }

    fn float(&self, column: usize) -> Result<Option<f64>, BoxError> {
        Ok(self.get_ref(column)?.as_f64_or_null()?)
    }

    fn bool(&self, column: usize) -> Result<Option<bool>, BoxError> {
        match self.integer(column)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(other) => Err(format!("{other} is neither 0 nor 1").into()),
        }
    }

    fn time(&self, column: usize) -> Result<Option<Timestamp>, BoxError> {
        let Some(micros) = self.integer(column)? else { return Ok(None) };
        match Timestamp::from_micros(micros) {
            Some(time) => Ok(Some(time)),
            None => Err(format!("{micros} microseconds since 1970 are outside the years 1 to 9999").into()),
        }
    }
}
