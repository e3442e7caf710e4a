//! The state of settings and store.

use crate::commands::doctor::DoctorReport;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{grouped, printable, wrap};

/// Settings with their sources, the store with its setup, counts and problems.
pub(crate) fn report(look: &Look, report: &DoctorReport) -> String {
    let columns = [Column::text("setting"), Column::shrinking("value"), Column::text("from")];
    let settings = report.settings.iter();
    let rows =
        settings.map(|it| vec![it.key.to_owned(), printable(&it.value), look.dim(printable(&it.source))]);
    let mut shown = Lines::default();
    shown.block(table(look, &columns, rows.collect()));
    shown.gap();
    shown.line(format!("{} {}", look.bold("store"), printable(&report.store)));
    if let Some(schema) = &report.schema {
        let newest = schema.applied.last().copied().unwrap_or("none");
        let version = schema.version.map(|version| format!("version {version}, ")).unwrap_or_default();
        shown.line(format!("  schema {version}{newest}"));
        for step in &schema.pending {
            shown.line(format!("  missing {}", look.red(step)));
        }
    }
    let counts = report.counts.iter().map(|it| (format!("{} rows", it.entity), grouped(it.count)));
    let facts: Vec<_> = report
        .facts
        .iter()
        .map(|it| (it.name.to_owned(), printable(&it.value)))
        .chain(counts)
        .map(|(name, value)| vec![format!("  {}", look.dim(name)), value])
        .collect();
    if !facts.is_empty() {
        shown.block(table(look, &[Column::text(""), Column::shrinking("")], facts));
    }
    shown.gap();
    for problem in &report.problems {
        for (place, line) in wrap(problem, look.width.saturating_sub(2)).into_iter().enumerate() {
            let mark = if place == 0 { "✗" } else { " " };
            shown.line(look.red(format!("{mark} {line}")));
        }
    }
    if report.healthy {
        shown.line(look.best("✓ healthy"));
    }
    shown.into_text()
}
