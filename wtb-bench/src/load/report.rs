//! What is told about load.

use super::Row;
use crate::report::number;
use crate::statistics::{float, percentile};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;
use std::time::Duration;

const HEADS: [&str; 8] = [
    "store",
    "settings",
    "clients",
    "units/s",
    "median",
    "99th percentile",
    "longest",
    "least served client",
];

fn cells(row: &Row) -> [String; 8] {
    let served = &row.served;
    let mut latencies = served.latencies.clone();
    latencies.sort_unstable();
    let latency = |per_mille| percentile(&latencies, per_mille).map_or_else(|| "–".to_owned(), millis);
    let all = float(latencies.len());
    let least_share = float(served.least) * float(row.clients) / all;
    [
        row.lane.name().to_owned(),
        row.setting.to_string(),
        row.clients.to_string(),
        number(all / served.elapsed.as_secs_f64()),
        latency(500),
        latency(990),
        latency(1_000),
        format!("{:.0} %", least_share * 100.0),
    ]
}

fn millis(time: Duration) -> String {
    format!("{} ms", number(time.as_secs_f64() * 1e3))
}

/// The table on a terminal.
pub(crate) fn tables(load: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(HEADS);
    for row in load {
        table.add_row(cells(row));
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// The part of the page.
pub(crate) fn page(load: &[Row]) -> String {
    let mut page = format!("| {} |\n|---|---|{}\n", HEADS.join(" | "), "---:|".repeat(HEADS.len() - 2));
    for row in load {
        // Writing to a string does not fail.
        let _ = writeln!(page, "| {} |", cells(row).join(" | "));
    }
    page
}
