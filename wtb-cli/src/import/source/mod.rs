//! Where rows come from: a database with the tables of the Python system, read and never written.

mod batch;
mod postgres;
mod sqlite;
#[cfg(test)]
mod sqlite_tests;

pub(crate) use postgres::PostgresSource;
pub(crate) use sqlite::SqliteSource;

use crate::failure::{CliError, CliResult};
use futures_util::stream::BoxStream;
use std::borrow::Cow;
use wtb_config::BoxFuture;

/// One stored value, as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    /// Something no column of the Python system holds, in words.
    Unreadable(Cow<'static, str>),
}

impl Value {
    /// Whether it says nothing: the Python system writes these where it has nothing to write.
    pub(crate) fn is_default(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Integer(number) => *number == 0,
            Self::Real(number) => *number == 0.0,
            Self::Text(text) => matches!(text.as_str(), "" | "{}" | "[]" | "null"),
            Self::Unreadable(_) => false,
        }
    }

    /// How many bytes of text it has.
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table of the source and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
}

impl Table {
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }
}

/// One row, whose values are taken out one by one.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    values: Vec<Value>,
}

impl<'t> Row<'t> {
    /// A row with one value for each column of `table`.
    pub(crate) fn new(table: &'t Table, values: Vec<Value>) -> Self {
        Self { table, values }
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.table.columns.iter().position(|name| name == column)
    }

    /// The value in `column`, which is NULL if there is no such column.
    pub(crate) fn peek(&self, column: &str) -> &Value {
        self.place(column).and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    /// As [`peek`](Self::peek), leaving NULL behind.
    pub(crate) fn take(&mut self, column: &str) -> Value {
        let place = self.place(column);
        match place.and_then(|at| self.values.get_mut(at)) {
            Some(value) => std::mem::replace(value, Value::Null),
            None => Value::Null,
        }
    }
}

/// A database whose tables all show one moment, for as long as it is open.
pub(crate) trait Source: Send {
    /// What people call it, without secrets.
    fn name(&self) -> &str;

    /// Its tables.
    fn tables(&self) -> &[Table];

    /// All rows of `table`, in the order in which they were written as far as that can be known, in batches that fit
    /// into memory. A row has one value for each column.
    ///
    /// # Errors
    /// An item is one sentence about why the table cannot be read; it is the last one.
    fn batches<'s>(&'s mut self, table: &'s Table) -> BoxStream<'s, CliResult<Vec<Vec<Value>>>>;

    /// How many rows `table` has.
    ///
    /// # Errors
    /// One sentence about why the table cannot be read.
    fn count<'s>(&'s mut self, table: &'s Table) -> BoxFuture<'s, CliResult<u64>>;

    /// Confirms that everything that was read was of one moment.
    ///
    /// # Errors
    /// If what was read cannot be trusted after all.
    fn confirm(&self) -> CliResult<()>;

    /// Ends the reading.
    fn close(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// Refuses a database that is not one of the Python system.
///
/// # Errors
/// One sentence that says what it seems to be.
pub(crate) fn recognise(source: &dyn Source) -> CliResult<()> {
    let has = |name: &str| source.tables().iter().any(|table| table.name == name);
    if has("wtb_workflows") && has("wtb_executions") {
        return Ok(());
    }
    let name = source.name();
    Err(CliError::failed(if has("workflows") && has("node_boundaries") {
        format!("{name} is a store of this tool already, not a database of the Python system")
    } else if has("internal_sessions") && has("checkpoints") {
        format!("{name} is an AgentGit database; import the wtb.db that belongs to it")
    } else {
        format!(
            "{name} is not a database of the Python system: it has no tables wtb_workflows and wtb_executions"
        )
    }))
}
