//! Rows that are read together: few enough to be held in memory.

use super::Value;

/// How many rows a batch has at most.
const ROWS: usize = 1_000;
/// How many bytes of text a batch has at most, before its last row.
const BYTES: usize = 1024 * 1024;

/// The values of rows, in the order of the columns of their table.
#[derive(Debug, Default)]
pub(super) struct Batch {
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Batch {
    pub(super) fn push(&mut self, row: Vec<Value>) {
        self.bytes += row.iter().map(Value::bytes).sum::<usize>();
        self.rows.push(row);
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.bytes >= BYTES
    }

    /// The rows, or nothing if there are none.
    pub(super) fn into_rows(self) -> Option<Vec<Vec<Value>>> {
        (!self.rows.is_empty()).then_some(self.rows)
    }
}
