//! What was copied, and whether both stores hold the same.

use crate::copy::{CopiedKind, CopyReport};
use crate::digest::Digest;
use crate::view::digest::short;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{grouped, plural, printable};

/// A headline, what became of the rows of each kind, and the verdict.
pub(crate) fn report(look: &Look, report: &CopyReport) -> String {
    let mut shown = Lines::default();
    shown.line(headline(look, report));
    shown.gap();
    shown.block(if report.dry_run { trial(look, report) } else { kinds(look, report) });
    if let Some(equal) = report.equal {
        shown.gap();
        for it in report.entities.iter().filter(|it| it.equal == Some(false)) {
            shown.line(look.red(difference(it)));
        }
        if equal {
            shown.line(look.best("✓ both stores hold the same"));
        }
    }
    shown.into_text()
}

fn headline(look: &Look, report: &CopyReport) -> String {
    let (from, to) = (look.bold(printable(&report.from)), look.bold(printable(&report.to)));
    if report.dry_run {
        format!("dry run: nothing of {from} was written to {to}")
    } else if report.entities.iter().all(|it| it.copied == 0) {
        format!("nothing of {from} was new to {to}")
    } else {
        format!("copied {from} to {to}")
    }
}

fn trial(look: &Look, report: &CopyReport) -> String {
    let rows = report
        .entities
        .iter()
        .map(|it| vec![plural(it.entity), grouped(it.copied), grouped(it.already_there)]);
    let columns = [Column::text(""), Column::number("would be copied"), Column::number("already there")];
    table(look, &columns, rows.collect())
}

fn kinds(look: &Look, report: &CopyReport) -> String {
    let rows = report.entities.iter().map(|it| {
        let digest = it.to.as_ref().map(|digest| short(&digest.sha256).to_owned()).unwrap_or_default();
        let verdict = if it.equal == Some(true) { look.best("✓ equal") } else { look.red("✗ differs") };
        vec![plural(it.entity), grouped(it.copied), grouped(it.already_there), digest, verdict]
    });
    let columns = [
        Column::text(""),
        Column::number("copied"),
        Column::number("already there"),
        Column::text("SHA-256"),
        Column::text(""),
    ];
    table(look, &columns, rows.collect())
}

fn difference(kind: &CopiedKind) -> String {
    let side = |digest: &Option<Digest>| match digest {
        Some(Digest { rows, sha256 }) => format!("{} rows {}", grouped(*rows), short(sha256)),
        None => String::new(),
    };
    format!("✗ {}: {} in the source, {} in the target", plural(kind.entity), side(&kind.from), side(&kind.to))
}
