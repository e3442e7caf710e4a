//! What a backup holds.

use crate::documents::backup::BackupReport;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{bytes, grouped, plural, printable};
use crate::view::time::duration;
use std::time::Duration;

/// Where it is, how many rows of each kind it holds, its size, and how long it took.
pub(crate) fn report(look: &Look, report: &BackupReport) -> String {
    let mut shown = Lines::default();
    let (store, file) = (printable(&report.store), printable(&report.file));
    shown.line(format!("backed up {} to {}", look.bold(store), look.bold(file)));
    shown.gap();
    let rows = report.entities.iter().map(|it| vec![plural(it.entity), grouped(it.rows)]);
    shown.block(table(look, &[Column::text(""), Column::number("rows")], rows.collect()));
    shown.gap();
    let took = duration(Duration::from_nanos(report.duration_ns));
    shown.line(format!("{}, copied and examined in {took}", bytes(report.bytes)));
    shown.into_text()
}
