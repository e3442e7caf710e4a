//! Counts what is stored in another form than the source has it.

use serde::Serialize;

/// How a value is stored that the source has in another form or lacks. The texts are a promise to programs.
pub(crate) mod how {
    pub(crate) const NULL_FOR_NAN: &str = "null for NaN or Infinity";
    pub(crate) const FROM_STARTED_AT: &str = "taken from started_at";
    pub(crate) const FROM_COMPLETED_AT: &str = "taken from completed_at";
    pub(crate) const FROM_CREATED_AT: &str = "taken from created_at";
    pub(crate) const FROM_UPDATED_AT: &str = "taken from updated_at";
    pub(crate) const FROM_EXECUTION_ID: &str = "taken from execution_id";
    pub(crate) const DEFAULT_VERSION: &str = "1.0.0 for NULL";
    pub(crate) const EMPTY_MESSAGE: &str = "empty, the error has no message";
    pub(crate) const NO_NODE_ID: &str = "left out, cannot be a node id";
    pub(crate) const NO_NUMBER: &str = "left out, the metric has no number";
    pub(crate) const NEW_NUMBER: &str = "numbered anew";
    pub(crate) const NEXT_ATTEMPT: &str = "numbered in the order of the rows";
}

/// Values of one column that are stored in another form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Adjusted {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// One of [`how`].
    pub(crate) how: &'static str,
    pub(crate) values: u64,
}

/// Adds so many more values of a column to `adjusted`.
pub(crate) fn count(
    adjusted: &mut Vec<Adjusted>,
    table: &'static str,
    column: &'static str,
    how: &'static str,
    values: u64,
) {
    match adjusted.iter_mut().find(|it| it.table == table && it.column == column && it.how == how) {
        Some(known) => known.values += values,
        None => adjusted.push(Adjusted { table, column, how, values }),
    }
}
