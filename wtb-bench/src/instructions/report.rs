//! What is told about instructions.

use super::Row;
use crate::contestants::Contestant;
use crate::report::{number, thousands};
use crate::statistics::float;
use crate::workload::Workload;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;

/// How many of those who have a share are told.
const ORIGINS: usize = 6;

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
    page + &origins(rows) + &busiest(rows)
}

/// Ours, where it is worth a closer look.
fn looked_at(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| {
        row.contestant == Contestant::Ours && matches!(row.workload, Workload::W1 | Workload::W7)
    })
}

/// Whose code the instructions are of.
fn origins(rows: &[Row]) -> String {
    let mut page = "\nWhose code that is, in ours: the crates and libraries with most of the instructions. C in this program \
                    is SQLite.\n\n| store | workload | where |\n|---|---|---|\n"
        .to_owned();
    for row in looked_at(rows) {
        let profile = &row.counted.profile;
        let shares = profile.by_origin().into_iter().take(ORIGINS);
        let shares: Vec<_> =
            shares.map(|(origin, own)| format!("{origin} {}", percent(own, profile.total()))).collect();
        let (store, workload) = (row.lane.store.name(), row.workload.name());
        // Writing to a string does not fail.
        let _ = writeln!(page, "| {store} | {workload} | {} |", shares.join(", "));
    }
    page
}

/// The busiest functions of this workspace.
fn busiest(rows: &[Row]) -> String {
    let mut page = "\nThe three busiest functions that are ours, by what each does itself:\n\n\
                    | store | workload | function | of all |\n|---|---|---|---:|\n"
        .to_owned();
    for row in looked_at(rows) {
        for function in row.counted.profile.ours().take(3) {
            let (store, workload, name) = (row.lane.store.name(), row.workload.name(), &function.name);
            let share = percent(function.instructions, row.counted.profile.total());
            // Writing to a string does not fail.
            let _ = writeln!(page, "| {store} | {workload} | `{name}` | {share} |");
        }
    }
    page
}

fn percent(part: u64, whole: u64) -> String {
    format!("{} %", number(float(part.saturating_mul(1_000) / whole.max(1)) / 10.0))
}
