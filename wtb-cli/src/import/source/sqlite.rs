//! Reads an SQLite file without ever changing or creating one.

use super::batch::Batch;
use super::{Source, Table, Value, quoted};
use crate::failure::{CliError, CliResult};
use futures_util::stream::{self, BoxStream, StreamExt};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;
use wtb_config::{BoxFuture, ForeignDatabase};

/// How long to wait for a program that is writing to the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// An SQLite file, open in one read transaction.
#[derive(Debug)]
pub(crate) struct SqliteSource {
    name: String,
    database: ForeignDatabase,
    tables: Vec<Table>,
}

impl SqliteSource {
    /// Opens the file at `path` and begins to read.
    ///
    /// # Errors
    /// If there is no such file, or it is not an SQLite database that can be read.
    pub(crate) async fn open(path: &Path) -> CliResult<Self> {
        let name = path.display().to_string();
        let metadata = fs::metadata(path).map_err(|error| cannot_open(path, error))?;
        if !metadata.is_file() {
            return Err(CliError::failed(format!("{name} is not a file")));
        }
        let database = ForeignDatabase::open(path).await?;
        let tables = begin(&database).map_err(|error| explain(&name, error))?;
        Ok(Self { name, database, tables })
    }
}

impl Source for SqliteSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn tables(&self) -> &[Table] {
        &self.tables
    }

    fn batches<'s>(&'s mut self, table: &'s Table) -> BoxStream<'s, CliResult<Vec<Vec<Value>>>> {
        // Nothing of a statement is open between batches: it would hold on to the last row.
        let walk = Walk::of(&self.database, table);
        let next = |(source, walk): (&'s mut Self, Walk)| async move {
            let (rows, walk) = walk.next(&source.database).map_err(|error| explain(&source.name, error))?;
            Ok(rows.map(|rows| (rows, (source, walk))))
        };
        stream::try_unfold((self, walk), next).boxed()
    }

    fn count<'s>(&'s mut self, table: &'s Table) -> BoxFuture<'s, CliResult<u64>> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count = self.database.query_row(&sql, (), |row| row.get::<_, i64>(0));
        let count = count.map(i64::unsigned_abs).map_err(|error| explain(&self.name, error));
        Box::pin(std::future::ready(count))
    }

    fn confirm(&self) -> CliResult<()> {
        let name = &self.name;
        self.database.check().map_err(|error| {
            CliError::failed(format!("{name} was written to while it was read: try again")).because(error)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// Begins a read transaction, which the first query pins to the present.
fn begin(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; BEGIN")?;
    let mut names = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let names = names.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut columns = connection.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    names
        .into_iter()
        .map(|name| {
            let columns = columns.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Table { name, columns })
        })
        .collect()
}

/// How far the rows of a table were read.
#[derive(Debug)]
struct Walk {
    /// Reads rows from a place on; the first column is the place of the row, or NULL where rows have none.
    sql: String,
    /// Where the next batch begins; none when all was read.
    from: Option<i64>,
}

impl Walk {
    /// Before the first row.
    fn of(connection: &Connection, table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let table = quoted(&table.name);
        let sql = format!("SELECT rowid, {columns} FROM {table} WHERE rowid >= ?1 ORDER BY rowid");
        if connection.prepare(&sql).is_ok() {
            return Self { sql, from: Some(i64::MIN) };
        }
        // A table without row ids is stored in the order of its key, and has no other.
        Self { sql: format!("SELECT NULL, {columns} FROM {table} LIMIT -1 OFFSET ?1"), from: Some(0) }
    }

    /// The next batch, or nothing at the end.
    fn next(mut self, connection: &Connection) -> rusqlite::Result<(Option<Vec<Vec<Value>>>, Self)> {
        let Some(from) = self.from.take() else { return Ok((None, self)) };
        let mut batch = Batch::default();
        let mut statement = connection.prepare(&self.sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([from])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            batch.push((1..columns).map(|at| row.get_ref(at).map(value)).collect::<Result<_, _>>()?);
            read += 1;
            if batch.is_full() {
                self.from = match row.get::<_, Option<i64>>(0)? {
                    Some(place) => place.checked_add(1),
                    None => Some(from + read),
                };
                break;
            }
        }
        drop(rows);
        drop(statement);
        Ok((batch.into_rows(), self))
    }
}

fn value(stored: ValueRef<'_>) -> Value {
    match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Unreadable("text that is not UTF-8".into()),
        },
        ValueRef::Blob(_) => Value::Unreadable("binary data".into()),
    }
}

fn cannot_open(path: &Path, error: io::Error) -> CliError {
    let name = path.display();
    let refused = match error.kind() {
        io::ErrorKind::NotFound if path.is_relative() && env::current_dir().is_err() => {
            CliError::failed(format!("cannot find the working folder, which is gone, for {name}"))
        }
        io::ErrorKind::NotFound => CliError::not_found(format!("there is no file {name}")),
        io::ErrorKind::PermissionDenied => CliError::failed(format!("{name} may not be read by this user")),
        _ => CliError::failed(format!("{name} cannot be opened")),
    };
    refused.because(error)
}

fn explain(name: &str, error: rusqlite::Error) -> CliError {
    CliError::failed(match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => format!("{name} is not an SQLite database"),
        Some(ErrorCode::DatabaseCorrupt) => format!("{name} is a damaged SQLite database"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("{name} is being written to by another program: try again when it is done")
        }
        // What a writer left beside the file can only be read where SQLite may write.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => format!(
            "{name} has unfinished writes beside it that cannot be read here: copy it with its -wal or -journal \
             file to a folder that you may write to, and import the copy"
        ),
        _ => format!("{name} cannot be read: {error}"),
    })
    .because(error)
}
