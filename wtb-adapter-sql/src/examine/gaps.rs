//! The parts of a schema that are missing or different, which decides what else can be examined.

use super::Duplicates;
use std::collections::BTreeSet;

/// What the later parts of an examination cannot rely on.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    /// Tables that are missing.
    pub(crate) tables: BTreeSet<String>,
    /// Tables with a column that cannot be read as it should be.
    pub(crate) columns: BTreeSet<String>,
    /// Tables with a missing column whose values only a backup has.
    pub(crate) values: BTreeSet<String>,
    /// Tables without their primary key.
    pub(crate) keys: BTreeSet<String>,
    /// Columns that no index keeps unique, so that their values may occur twice.
    pub(crate) unique: Vec<Duplicates>,
}

impl Gaps {
    /// Whether a table is missing.
    pub(crate) fn has_no_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// Whether the rows of a table cannot be read as entities, although they may well be some.
    pub(crate) fn has_other_columns(&self, table: &str) -> bool {
        self.columns.contains(table)
    }

    /// Whether the last row of a table can only be found by reading all of it.
    pub(crate) fn has_no_primary_key(&self, table: &str) -> bool {
        self.has_no_table(table) || self.keys.contains(table)
    }
}
