//! The steps of a schema.

use crate::commands::migrate::MigrationReport;
use crate::view::look::Look;
use crate::view::text::counted;

/// What is there, what was done, what is missing.
pub(crate) fn report(look: &Look, report: &MigrationReport) -> String {
    let mut shown = format!("{}\n", look.bold(&report.store));
    for (mark, steps) in [
        (look.dim("✓ applied before"), &report.applied),
        (look.best("✓ applied now"), &report.applied_now),
        (look.red("✗ missing"), &report.pending),
    ] {
        for step in steps {
            shown.push_str(&format!("  {step}  {mark}\n"));
        }
    }
    let missing = report.pending.len();
    if missing > 0 {
        let steps = counted(missing, "step is", "steps are");
        shown.push_str(&format!("{steps} missing; `wtb migrate` applies what is missing\n"));
    } else {
        shown.push_str("the schema is up to date\n");
    }
    shown
}
