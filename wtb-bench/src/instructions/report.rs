//! What is told about instructions.

use super::Row;
use crate::contestants::Contestant;
use crate::report::{number, thousands};
use crate::statistics::float;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

const HEADS: [&str; 6] = ["store", "workload", "who", "instructions for each", "of", "ours in relation"];

/// The cells of each row. The relation is that of the instructions, so that less is better.
fn cells(rows: &[Row]) -> impl Iterator<Item = [String; 6]> {
    rows.iter().map(|row| {
        let ours = rows.iter().find(|other| {
            (other.lane, other.workload, other.contestant) == (row.lane, row.workload, Contestant::Ours)
        });
        let relation = ours
            .filter(|_| row.contestant != Contestant::Ours)
            .map(|ours| number(float(ours.counted.each()) / float(row.counted.each())));
        [
            row.lane.store.name().to_owned(),
            row.workload.name().to_owned(),
            row.contestant.name().to_owned(),
            thousands(&row.counted.each().to_string()),
            row.workload.counted().to_owned(),
            relation.unwrap_or_default(),
        ]
    })
}

/// The table on a terminal.
pub(crate) fn tables(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(HEADS);
    for cells in cells(rows) {
        table.add_row(cells);
    }
    for column in [3, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// The part of the page.
pub(crate) fn page(rows: &[Row]) -> String {
    let mut page =
        "Instructions of one round under callgrind, for each thing that was done. What a PostgreSQL server \
                    does is not among them, nor is time spent waiting for a disk or a server.\n\n"
            .to_owned();
    // Writing to a string does not fail.
    let _ = writeln!(page, "| {} |\n|---|---|---|---:|---|---:|", HEADS.join(" | "));
    for cells in cells(rows) {
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page
}
