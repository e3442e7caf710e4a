//! What is told about growth.

use super::memory::{Stall, Weight};
use super::{Curve, FREED, Growth, Operation};
use crate::place::StoreKind;
use crate::report::{Panel, Series, lines_plot, number, thousands};
use crate::statistics::float;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write;
use std::time::Duration;

/// What the time at the largest size may be, in relation to that at the smallest.
const BAR: f64 = 2.0;

impl Curve {
    /// The time at the largest size in relation to that at the smallest.
    fn grown(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some((_, first)), Some((_, last))) => last.as_secs_f64() / first.as_secs_f64(),
            _ => f64::NAN,
        }
    }

    /// A database's indexes have a few levels, whatever is in them. A persistent map has one more with each multiple.
    fn bar(&self) -> f64 {
        match (self.store, self.points.first(), self.points.last()) {
            (StoreKind::Memory, Some((least, _)), Some((most, _))) => {
                BAR * (f64::from(most.ilog2()) / f64::from(least.ilog2().max(1)))
            }
            _ => BAR,
        }
    }

    fn row(&self) -> Vec<String> {
        let mut row = vec![self.store.name().to_owned(), self.operation.name().to_owned()];
        row.extend(self.points.iter().map(|(_, time)| micros(*time)));
        row.push(format!("{} ×", number(self.grown())));
        row
    }
}

fn micros(time: Duration) -> String {
    format!("{} µs", number(time.as_secs_f64() * 1e6))
}

/// The heads of a table's columns.
fn heads(growth: &Growth) -> Vec<String> {
    let sizes = growth.curves.first().map_or_else(Vec::new, |curve| {
        curve.points.iter().map(|(size, _)| thousands(&size.to_string())).collect()
    });
    let mut heads = vec!["store".to_owned(), "operation".to_owned()];
    heads.extend(sizes);
    heads.push("last / first".to_owned());
    heads
}

/// The tables on a terminal.
pub(crate) fn tables(growth: &Growth) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(heads(growth));
    for curve in &growth.curves {
        table.add_row(curve.row());
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n{}", sentences(growth))
}

/// The operations that grow faster than they may, one a line.
pub(crate) fn below(growth: &Growth) -> Vec<String> {
    let too_fast = growth.curves.iter().filter(|curve| curve.grown() > curve.bar());
    too_fast
        .map(|curve| {
            format!(
                "{} on {}: {} times as long, the bar is {}",
                curve.operation.name(),
                curve.store.name(),
                number(curve.grown()),
                number(curve.bar())
            )
        })
        .collect()
}

/// The part of the page.
pub(crate) fn page(growth: &Growth) -> String {
    let heads = heads(growth);
    let mut page = format!("| {} |\n|---|---|{}\n", heads.join(" | "), "---:|".repeat(heads.len() - 2));
    for curve in &growth.curves {
        // Writing to a string does not fail.
        let _ = writeln!(page, "| {} |", curve.row().join(" | "));
    }
    format!("{page}\n{}", sentences(growth))
}

fn sentences(growth: &Growth) -> String {
    let mut text = String::new();
    if let Some(Weight { in_memory, text: own }) = growth.weight {
        let _ = writeln!(
            text,
            "In memory an execution whose documents have {} bytes takes {} bytes.",
            thousands(&own.to_string()),
            thousands(&in_memory.to_string())
        );
    }
    for (threads, Stall { freed_in, longest_gap }) in &growth.stalls {
        let _ = writeln!(
            text,
            "Freeing {} executions in a runtime with {threads} {} takes {} ms, in which a task that wakes every \
             millisecond waits {} ms at most.",
            thousands(&FREED.to_string()),
            if *threads == 1 { "thread" } else { "threads" },
            number(freed_in.as_secs_f64() * 1e3),
            number(longest_gap.as_secs_f64() * 1e3)
        );
    }
    text
}

/// The plot.
pub(crate) fn plot(growth: &Growth) -> String {
    let mut panels: Vec<Panel> = Vec::new();
    for curve in &growth.curves {
        if curve.operation == Operation::ALL[0] {
            panels.push(Panel { title: curve.store.name().to_owned(), series: Vec::new() });
        }
        let points = curve.points.iter().map(|(size, time)| (float(*size), time.as_secs_f64() * 1e6));
        let series = Series { name: curve.operation.name().to_owned(), points: points.collect() };
        if let Some(panel) = panels.last_mut() {
            panel.series.push(series);
        }
    }
    lines_plot(&panels, "stored executions", "µs for one operation")
}
