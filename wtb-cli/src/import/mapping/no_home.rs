//! Counts what is in the source and has no home in the store yet.

use serde::Serialize;

/// What has no home in the store, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct NoHome {
    /// Whole tables, if they have rows.
    pub(crate) tables: Vec<TableWithoutHome>,
    /// Columns of other tables, if they say something.
    pub(crate) columns: Vec<ColumnWithoutHome>,
}

/// A table without a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TableWithoutHome {
    pub(crate) table: String,
    pub(crate) rows: u64,
}

/// A column without a home, or a part of the documents in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ColumnWithoutHome {
    pub(crate) table: &'static str,
    pub(crate) column: String,
    /// How many values say something: not NULL, zero or empty.
    pub(crate) values: u64,
}

impl NoHome {
    /// Notes a table.
    pub(super) fn table(&mut self, table: String, rows: u64) {
        if rows > 0 {
            self.tables.push(TableWithoutHome { table, rows });
        }
    }

    /// Notes one more value in a column.
    pub(super) fn value(&mut self, table: &'static str, column: &str) {
        match self.columns.iter_mut().find(|known| known.table == table && known.column == column) {
            Some(known) => known.values += 1,
            None => self.columns.push(ColumnWithoutHome { table, column: column.to_owned(), values: 1 }),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.is_empty()
    }
}
