//! Digests of what a store holds.

use crate::documents::digest::DigestReport;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{grouped, plural, printable};

/// How much of a digest people see, in hexadecimal digits.
const SHOWN: usize = 16;

/// The store, and rows and digest of each kind.
pub(crate) fn report(look: &Look, report: &DigestReport) -> String {
    let mut shown = Lines::default();
    shown.line(look.bold(printable(&report.store)));
    shown.gap();
    let rows = report
        .entities
        .iter()
        .map(|it| vec![plural(it.entity), grouped(it.digest.rows), short(&it.digest.sha256).to_owned()]);
    let columns = [Column::text(""), Column::number("rows"), Column::text("SHA-256")];
    shown.block(table(look, &columns, rows.collect()));
    shown.into_text()
}

/// The beginning of a digest: enough to see whether two differ.
pub(crate) fn short(sha256: &str) -> &str {
    sha256.get(..SHOWN).unwrap_or(sha256)
}
