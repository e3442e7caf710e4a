//! Reads an SQLite file without ever changing or creating one.

use super::batch::Batch;
use super::{Source, Table, Value, quoted};
use crate::failure::{CliError, CliResult};
use futures_util::stream::{self, BoxStream, StreamExt};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use wtb_config::BoxFuture;

/// How long to wait for a program that is writing to the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// An SQLite file, open in one read transaction.
#[derive(Debug)]
pub(crate) struct SqliteSource {
    name: String,
    path: PathBuf,
    connection: Connection,
    tables: Vec<Table>,
    /// What the file was like before, if it is read without locks.
    unlocked: Option<Stamp>,
}

/// What changes when somebody writes to a file.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl SqliteSource {
    /// Opens the file at `path` and begins to read.
    ///
    /// # Errors
    /// If there is no such file, or it is not an SQLite database that can be read.
    pub(crate) fn open(path: &Path) -> CliResult<Self> {
        let name = path.display().to_string();
        let metadata = fs::metadata(path).map_err(|error| cannot_open(&name, error))?;
        if !metadata.is_file() {
            return Err(CliError::failed(format!("{name} is not a file")));
        }
        let (connection, has_locks) = connect(path).map_err(|error| cannot_open(&name, error))?;
        let connection = connection.map_err(|error| explain(&name, error))?;
        let tables = begin(&connection).map_err(|error| explain(&name, error))?;
        let unlocked = if has_locks { None } else { Some(Stamp::of(&metadata)) };
        Ok(Self { path: path.to_owned(), connection, tables, unlocked, name })
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
        let walk = Walk::of(&self.connection, table);
        let next = |(source, walk): (&'s mut Self, Walk)| async move {
            let (rows, walk) = walk.next(&source.connection).map_err(|error| explain(&source.name, error))?;
            Ok(rows.map(|rows| (rows, (source, walk))))
        };
        stream::try_unfold((self, walk), next).boxed()
    }

    fn count<'s>(&'s mut self, table: &'s Table) -> BoxFuture<'s, CliResult<u64>> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count = self.connection.query_row(&sql, (), |row| row.get::<_, i64>(0));
        let count = count.map(i64::unsigned_abs).map_err(|error| explain(&self.name, error));
        Box::pin(std::future::ready(count))
    }

    fn confirm(&self) -> CliResult<()> {
        let Some(before) = &self.unlocked else { return Ok(()) };
        let after = fs::metadata(&self.path).map_err(|error| cannot_open(&self.name, error))?;
        if Stamp::of(&after) == *before {
            Ok(())
        } else {
            Err(CliError::failed(format!("{} was written to while it was read: try again", self.name)))
        }
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// Opens read-only, and tells whether locks keep writers away. A write-ahead database normally needs two files beside
/// it, which SQLite would make; where nobody has it open and no log is left, its one file is complete and can be read
/// as it is, even on a read-only medium.
fn connect(path: &Path) -> io::Result<(rusqlite::Result<Connection>, bool)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let uri = if uses_write_ahead_log(path)? && !has_log(path) { immutable_uri(path)? } else { None };
    Ok(match uri {
        Some(uri) => (Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI), false),
        None => (Connection::open_with_flags(path, flags), true),
    })
}

/// Byte 18 of the header is 2 in write-ahead mode.
fn uses_write_ahead_log(path: &Path) -> io::Result<bool> {
    let mut header = Vec::with_capacity(19);
    File::open(path)?.take(19).read_to_end(&mut header)?;
    Ok(header.get(18) == Some(&2))
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// The URI of a file that nobody changes, or `None` if its path cannot be written as one.
fn immutable_uri(path: &Path) -> io::Result<Option<String>> {
    let path = std::path::absolute(path)?;
    Ok(path.to_str().map(|path| {
        let path = if cfg!(windows) { format!("/{}", path.replace('\\', "/")) } else { path.to_owned() };
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        format!("file://{path}?immutable=1")
    }))
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

fn cannot_open(name: &str, error: io::Error) -> CliError {
    CliError::failed(match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file {name}"),
        io::ErrorKind::PermissionDenied => format!("{name} may not be read by this user"),
        _ => format!("{name} cannot be opened"),
    })
    .because(error)
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
