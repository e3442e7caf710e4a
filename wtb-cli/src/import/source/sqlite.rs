//! Reads an SQLite file without ever changing or creating one.

use super::{Row, Source, Table, Value, quoted};
use crate::failure::{CliError, CliResult};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

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

    async fn each_row(&mut self, table: &Table, visit: impl FnMut(Row<'_>)) -> CliResult<()> {
        each_row(&self.connection, table, visit).map_err(|error| explain(&self.name, error))
    }

    async fn count(&mut self, table: &Table) -> CliResult<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let count: i64 = self
            .connection
            .query_row(&sql, (), |row| row.get(0))
            .map_err(|error| explain(&self.name, error))?;
        Ok(count.unsigned_abs())
    }

    async fn finish(self) -> CliResult<()> {
        let Some(before) = self.unlocked else { return Ok(()) };
        let after = fs::metadata(&self.path).map_err(|error| cannot_open(&self.name, error))?;
        if Stamp::of(&after) == before {
            Ok(())
        } else {
            Err(CliError::failed(format!("{} was written to while it was read: try again", self.name)))
        }
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

fn each_row(connection: &Connection, table: &Table, mut visit: impl FnMut(Row<'_>)) -> rusqlite::Result<()> {
    let columns = table.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT {columns} FROM {}", quoted(&table.name));
    // A table without row ids is kept in the order of its key, and has no other.
    let mut statement =
        connection.prepare(&format!("{sql} ORDER BY rowid")).or_else(|_| connection.prepare(&sql))?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let values =
            (0..table.columns.len()).map(|at| row.get_ref(at).map(value)).collect::<Result<_, _>>()?;
        visit(Row::new(table, values));
    }
    Ok(())
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
        _ => format!("{name} cannot be read"),
    })
    .because(error)
}
