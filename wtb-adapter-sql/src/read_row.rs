//! Reading a row of any table.

use crate::columns::{Columns, Reader, Unreadable};
use crate::failure::Failure;
use crate::record::Record;

/// Reads a row of `R::SELECTED` and its place in insertion order.
///
/// # Errors
/// `Corrupt` names the row and the column.
pub(crate) fn read_row<R: Record>(row: &impl Columns) -> Result<(i64, R), Failure> {
    let mut reader = Reader::new(row);
    let read = reader.integer().and_then(|place| Ok((place, R::read(&mut reader)?)));
    read.map_err(|unreadable| corrupt::<R>(row, unreadable))
}

#[cold]
fn corrupt<R: Record>(row: &impl Columns, Unreadable { column, source }: Unreadable) -> Failure {
    let has_id = R::SELECTED.starts_with("seq, id, ");
    let key = match row.text(1) {
        Ok(Some(id)) if has_id => id.to_owned(),
        _ => match row.integer(0) {
            Ok(Some(place)) => format!("at place {place}"),
            _ => "at an unreadable place".to_owned(),
        },
    };
    Failure::Corrupt { key, column: R::SELECTED.split(", ").nth(column).unwrap_or("row"), source }
}
