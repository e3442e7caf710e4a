//! The steps of a schema.

use crate::documents::migrate::MigrationReport;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::text::counted;

/// What is there, what was done, what is missing.
pub(crate) fn report(look: &Look, report: &MigrationReport) -> String {
    let mut shown = Lines::default();
    shown.line(look.bold(&report.store));
    for (mark, steps) in [
        (look.dim("✓ applied before"), &report.applied),
        (look.best("✓ applied now"), &report.applied_now),
        (look.red("✗ missing"), &report.pending),
    ] {
        for step in steps {
            shown.line(format!("  {step}  {mark}"));
        }
    }
    let missing = report.pending.len();
    if missing > 0 {
        let steps = counted(missing, "step is", "steps are");
        shown.line(format!("{steps} missing; `wtb migrate` applies what is missing"));
    } else {
        shown.line("the schema is up to date");
    }
    shown.into_text()
}
