//! One execution: header, error, timeline, files, scores and the end of its log.

use crate::documents::WorkflowName;
use crate::variants::VariantChoice;
use crate::view::error::write_error;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::number::number;
use crate::view::table::{Column, table};
use crate::view::text::{bytes, counted, grouped, printable, shorten, wrap};
use crate::view::time::{duration, run_time};
use std::io::{self, Write};
use wtb_domain::{CheckpointFile, EvaluationResult, Execution, NodeId, Timestamp};

/// Columns that the names of the header take, with their indent.
const LABEL_COLUMNS: usize = 15;
/// Lines of an error that are shown unless all were asked for.
const ERROR_LINES: usize = 6;

/// What it is, on which workflow, and how far it came.
pub(crate) fn header(
    look: &Look,
    execution: &Execution,
    workflow: Option<&WorkflowName>,
    variants: &[VariantChoice],
) -> String {
    let moment = |moment: Option<Timestamp>| moment.map(|moment| look.calendar.full(moment));
    let id = |id: Option<&str>| id.map(printable);
    let workflow = match workflow {
        Some(workflow) => format!("{} {}", workflow.name, workflow.version),
        None => execution.workflow_id.to_string(),
    };
    let variants = variants.iter().map(|choice| format!("{} = {}", choice.node, choice.shown()));
    let facts = [
        ("workflow", Some(workflow)),
        ("variants", listed(variants, ", ")),
        ("created", moment(Some(execution.created_at))),
        ("started", moment(execution.started_at)),
        ("completed", moment(execution.completed_at)),
        ("duration", run_time(execution, look.now).map(duration)),
        ("session", id(execution.session_id.as_ref().map(AsRef::as_ref))),
        ("checkpoint", id(execution.checkpoint_id.as_ref().map(AsRef::as_ref))),
        ("at node", id(execution.current_node.as_ref().map(AsRef::as_ref))),
        ("breakpoints", listed(nodes(&execution.breakpoints), ", ")),
        ("path", listed(nodes(&execution.execution_path), " → ")),
        ("state", Some(format!("{}, shown by --json", bytes(execution.state.as_str().len() as u64)))),
    ];
    let mut shown = Lines::default();
    shown.line(format!("{} {}", look.bold("execution"), look.bold(&execution.id)));
    let status = look.execution_status(execution.status);
    shown.line(format!("  {}  {status}", look.dim(format!("{:<11}", "status"))));
    for (name, fact) in facts {
        let fact = fact.unwrap_or_default();
        let lines = wrap(&fact, look.width.saturating_sub(LABEL_COLUMNS));
        for (place, line) in lines.enumerate() {
            let name = if place == 0 { name } else { "" };
            shown.line(format!("  {}  {line}", look.dim(format!("{name:<11}"))));
        }
    }
    shown.into_text()
}

fn nodes(nodes: &[NodeId]) -> impl Iterator<Item = String> {
    nodes.iter().map(ToString::to_string)
}

fn listed(items: impl Iterator<Item = String>, separator: &str) -> Option<String> {
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| items.join(separator))
}

/// Writes the error of an execution that has one, below an empty line; `full` shows it whole.
///
/// # Errors
/// If `out` does not take it.
pub(crate) fn write_failure(
    out: &mut dyn Write,
    look: &Look,
    execution: &Execution,
    full: bool,
) -> io::Result<()> {
    let Some(error) = &execution.error else { return Ok(()) };
    let place = error.node.as_ref().map(|node| format!(" at {}", printable(node.as_str())));
    writeln!(out, "\n{}{}", look.bold("error"), place.unwrap_or_default())?;
    let most = if full { usize::MAX } else { ERROR_LINES };
    write_error(out, look, &error.message, 2, most)
}

/// The files of its checkpoints, below an empty line; nothing without any.
pub(crate) fn files(look: &Look, files: &[CheckpointFile]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let columns = [
        Column::text("  checkpoint"),
        Column::shrinking("file commit"),
        Column::number("files"),
        Column::number("size"),
        Column::text("created"),
    ];
    let row = |file: &CheckpointFile| {
        vec![
            format!("  {}", printable(file.checkpoint_id.as_str())),
            shorten(file.file_commit_id.as_str(), 36),
            grouped(file.file_count),
            bytes(file.total_size_bytes),
            look.calendar.short(file.created_at),
        ]
    };
    let rows = files.iter().map(row).collect();
    format!("\n{}\n{}", look.bold("files"), table(look, &columns, rows))
}

/// The scores of an execution, below an empty line, of a [`score`] each; nothing without any.
pub(crate) fn scores(look: &Look, scores: Vec<Vec<String>>) -> String {
    if scores.is_empty() {
        return String::new();
    }
    let columns = [
        Column::text("  evaluator"),
        Column::number("score"),
        Column::text("passed"),
        Column::shrinking("metrics and details"),
    ];
    format!("\n{}\n{}", look.bold("scores"), table(look, &columns, scores))
}

/// A result as the cells of its line.
pub(crate) fn score(look: &Look, result: &EvaluationResult) -> Vec<String> {
    let passed = if result.passed { "✓".to_owned() } else { look.red("✗") };
    let evaluator = format!("{} {}", result.evaluator_name, result.evaluator_version);
    vec![
        format!("  {}", shorten(&evaluator, 40)),
        number(result.score),
        passed,
        remarks_on(result, look.width),
    ]
}

fn remarks_on(result: &EvaluationResult, columns: usize) -> String {
    let metrics = result.metrics.iter().map(|metric| {
        let unit = metric.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        format!("{} {}{unit}", metric.name, number(metric.value))
    });
    let details = result.details.iter().map(|details| shorten(details, columns));
    shorten(&metrics.chain(details).collect::<Vec<_>>().join("; "), columns)
}

/// The line above the last `entries` of a log, below an empty line.
pub(crate) fn log_heading(look: &Look, entries: usize) -> String {
    let count = counted(entries, "entry", "entries");
    let note = look.dim(format!("the last {count}; `wtb audit show` shows all"));
    format!("\n{} {note}\n", look.bold("log"))
}
