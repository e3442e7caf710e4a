//! What was found in a source besides entities.

use super::adjusted::Adjusted;
use super::no_home::NoHome;
use super::seen::{About, Seen};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// A row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct InvalidRow {
    /// The table it is in.
    pub(crate) table: &'static str,
    /// What its key column says, or its place in the table.
    pub(crate) key: String,
    /// The column that is wrong; several that are wrong together are separated by `, `.
    pub(crate) column: Cow<'static, str>,
    /// What is wrong with it.
    pub(crate) reason: String,
}

impl fmt::Display for InvalidRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, column, reason } = self;
        write!(f, "{table} {key}, {column}: {reason}")
    }
}

/// How many of the rows that are left out are listed. Beyond that they are counted.
const LISTED: usize = 10_000;

/// The rows that are left out: the first ones, and how many there are of each table.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    pub(crate) rows: Vec<InvalidRow>,
    counts: Vec<(&'static str, u64)>,
}

impl LeftOut {
    fn push(&mut self, row: InvalidRow) {
        match self.counts.iter_mut().find(|(table, _)| *table == row.table) {
            Some((_, rows)) => *rows += 1,
            None => self.counts.push((row.table, 1)),
        }
        if self.rows.len() < LISTED {
            self.rows.push(row);
        }
    }

    /// How many rows of these tables there are.
    pub(crate) fn of(&self, tables: &[&str]) -> u64 {
        self.counts.iter().filter(|(table, _)| tables.contains(table)).map(|(_, rows)| rows).sum()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.counts.iter().map(|(_, rows)| rows).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What was found in a source besides entities.
#[derive(Debug)]
pub(crate) struct Found {
    /// The rows that break a rule.
    pub(crate) left_out: LeftOut,
    /// What there is no place for.
    pub(crate) no_home: NoHome,
    /// The values that are stored in another form.
    pub(crate) adjusted: Vec<Adjusted>,
    /// The known tables that the source does not have.
    pub(crate) missing: Vec<&'static str>,
    /// What has to be known about all rows.
    pub(crate) seen: Seen,
}

impl Found {
    /// Notes a row that is left out.
    pub(crate) fn leave_out(&mut self, row: InvalidRow) {
        self.seen.set(About::LeftOut(row.table), row.key.as_bytes(), "");
        self.left_out.push(row);
    }
}
