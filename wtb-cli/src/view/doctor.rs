//! The state of settings and store.

use crate::documents::doctor::{DoctorReport, ReportedProblem};
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::table::{Column, table};
use crate::view::text::{bytes, counted, grouped, printable, wrap};
use serde_json::Value;

/// Settings with their sources, the store with its setup, counts and problems.
pub(crate) fn report(look: &Look, report: &DoctorReport) -> String {
    let columns = [Column::text("setting"), Column::shrinking("value"), Column::text("from")];
    let settings = report.settings.iter();
    let rows = settings.map(|it| vec![it.key.to_owned(), shown(&it.value), look.dim(printable(&it.source))]);
    let mut lines = Lines::default();
    lines.block(table(look, &columns, rows.collect()));
    for note in &report.notes {
        for line in wrap(note, look.width) {
            lines.line(look.dim(line));
        }
    }
    lines.gap();
    lines.line(format!("{} {}", look.bold("store"), printable(&report.store)));
    if let Some(schema) = &report.schema {
        let newest = schema.applied.last().copied().unwrap_or("none");
        let version = schema.version.map(|version| format!("version {version}, ")).unwrap_or_default();
        lines.line(format!("  schema {version}{newest}"));
        for step in &schema.pending {
            lines.line(format!("  missing {}", look.red(step)));
        }
    }
    let fact = |name: &'static str, value: &Value| match (name.strip_suffix("_bytes"), value.as_u64()) {
        (Some("size"), Some(size)) => ("size".to_owned(), bytes(size)),
        _ => (name.to_owned(), shown(value)),
    };
    let counts = report.counts.iter().map(|it| (format!("{} rows", it.entity), grouped(it.count)));
    let facts: Vec<_> = report
        .facts
        .iter()
        .map(|it| fact(it.name, &it.value))
        .chain(counts)
        .map(|(name, value)| vec![format!("  {}", look.dim(name)), value])
        .collect();
    if !facts.is_empty() {
        lines.block(table(look, &[Column::text(""), Column::shrinking("")], facts));
    }
    lines.gap();
    for it in &report.problems {
        problem(look, it, &mut lines);
    }
    lines.line(verdict(look, report));
    lines.into_text()
}

/// A problem, and below it the statements that repair it, which may be wrapped between words but nowhere else.
fn problem(look: &Look, problem: &ReportedProblem, lines: &mut Lines) {
    let mark = if problem.is_error() { "✗" } else { "!" };
    for (number, line) in wrap(&problem.message, look.width.saturating_sub(2)).enumerate() {
        let mark = if number == 0 { mark } else { " " };
        let line = format!("{mark} {line}");
        lines.line(if problem.is_error() { look.red(line) } else { look.yellow(line) });
    }
    for statement in &problem.repair {
        for line in wrap(statement, look.width.saturating_sub(4)) {
            lines.line(format!("    {line}"));
        }
    }
}

fn verdict(look: &Look, report: &DoctorReport) -> String {
    let errors = report.problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = report.problems.len() - errors;
    let warnings = (warnings > 0).then(|| counted(warnings, "warning", "warnings"));
    if report.healthy {
        let scope = if report.quick { " (rows were not examined)" } else { "" };
        let warnings = warnings.map(|warnings| format!(", {warnings}")).unwrap_or_default();
        return look.best(format!("✓ healthy{warnings}{scope}"));
    }
    let found: Vec<_> = [counted(errors, "problem", "problems")].into_iter().chain(warnings).collect();
    let how = if report.problems.iter().any(|problem| !problem.repair.is_empty()) {
        "; back up, run the statements in this order, then examine again"
    } else {
        ""
    };
    format!("{}{how}", look.bold(found.join(", ")))
}

/// A value as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report_of(problems: Vec<ReportedProblem>, healthy: bool) -> String {
        let empty = DoctorReport {
            healthy,
            quick: false,
            store: "sqlite:///wtb.db".to_owned(),
            settings: Vec::new(),
            notes: Vec::new(),
            schema: None,
            facts: Vec::new(),
            counts: Vec::new(),
            problems,
        };
        report(&Look { width: 80, ..Look::plain() }, &empty)
    }

    #[test]
    fn each_problem_is_followed_by_the_statements_that_repair_it() {
        let definition =
            "ADD CONSTRAINT executions_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows(id)";
        let text = report_of(
            vec![
                ReportedProblem {
                    severity: "error",
                    message: "constraint executions_workflow_id_fkey of executions is missing".to_owned(),
                    repair: vec![format!("ALTER TABLE executions {definition};"), "SELECT 1;".to_owned()],
                },
                ReportedProblem { severity: "warning", message: "look".to_owned(), repair: Vec::new() },
            ],
            false,
        );
        let expected = "\
✗ constraint executions_workflow_id_fkey of executions is missing
    ALTER TABLE executions ADD CONSTRAINT executions_workflow_id_fkey FOREIGN
    KEY (workflow_id) REFERENCES workflows(id);
    SELECT 1;
! look
1 problem, 1 warning; back up, run the statements in this order, then examine again
";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn a_store_with_warnings_is_healthy() {
        let look = ReportedProblem { severity: "warning", message: "look".to_owned(), repair: Vec::new() };
        assert!(report_of(vec![look], true).ends_with("! look\n✓ healthy, 1 warning\n"));
        assert!(report_of(Vec::new(), true).ends_with("✓ healthy\n"));
    }
}
