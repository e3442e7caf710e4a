//! One execution: header, error, timeline, files, scores and the end of its log.

use crate::documents::ExecutionReport;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::number::number;
use crate::view::table::{Column, table};
use crate::view::text::{bytes, counted, grouped, printable, shorten, wrap};
use crate::view::time::duration;
use crate::view::timeline::timeline;
use std::time::Duration;
use wtb_domain::{EvaluationResult, NodeId, Timestamp};

/// Columns that the names of the header take, with their indent.
const LABEL_COLUMNS: usize = 15;
/// Lines of an error that are shown unless all were asked for.
const ERROR_LINES: usize = 6;

/// Everything about one execution; `full` shows long texts whole.
pub(crate) fn show(look: &Look, report: &ExecutionReport, full: bool) -> String {
    let sections = [
        header(look, report),
        error(look, report, full),
        timeline(look, &report.execution, &report.node_boundaries, full),
        files(look, report),
        scores(look, report, full),
        log(look, report),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn header(look: &Look, report: &ExecutionReport) -> String {
    let execution = &report.execution;
    let moment = |moment: Option<Timestamp>| moment.map(|moment| look.calendar.full(moment));
    let took = report.duration_ns.map(|ns| duration(Duration::from_nanos(ns)));
    let id = |id: Option<&str>| id.map(printable);
    let workflow = match &report.workflow {
        Some(workflow) => format!("{} {}", workflow.name, workflow.version),
        None => execution.workflow_id.to_string(),
    };
    let variants = report.variants.iter().map(|choice| format!("{} = {}", choice.node, choice.shown()));
    let facts = [
        ("workflow", Some(workflow)),
        ("variants", listed(variants, ", ")),
        ("created", moment(Some(execution.created_at))),
        ("started", moment(execution.started_at)),
        ("completed", moment(execution.completed_at)),
        ("duration", took),
        ("session", id(execution.session_id.as_ref().map(AsRef::as_ref))),
        ("checkpoint", id(execution.checkpoint_id.as_ref().map(AsRef::as_ref))),
        ("at node", id(execution.current_node.as_ref().map(AsRef::as_ref))),
        ("breakpoints", listed(nodes(&execution.breakpoints), ", ")),
        ("path", listed(nodes(&execution.execution_path), " → ")),
        ("state", Some(format!("{}, shown by --json", bytes(report.state_bytes)))),
    ];
    let mut shown = Lines::default();
    shown.line(format!("{} {}", look.bold("execution"), look.bold(&execution.id)));
    let status = look.execution_status(execution.status);
    shown.line(format!("  {}  {status}", look.dim(format!("{:<11}", "status"))));
    for (name, fact) in facts {
        let lines = wrap(&fact.unwrap_or_default(), look.width.saturating_sub(LABEL_COLUMNS));
        for (place, line) in lines.iter().enumerate() {
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

fn error(look: &Look, report: &ExecutionReport, full: bool) -> String {
    let Some(error) = &report.execution.error else { return String::new() };
    let place = error.node.as_ref().map(|node| format!(" at {}", printable(node.as_str())));
    let mut shown = Lines::default();
    shown.line(format!("{}{}", look.bold("error"), place.unwrap_or_default()));
    let most = if full { usize::MAX } else { ERROR_LINES };
    shown.error(look, &error.message, 2, most);
    shown.into_text()
}

fn files(look: &Look, report: &ExecutionReport) -> String {
    if report.checkpoint_files.is_empty() {
        return String::new();
    }
    let columns = [
        Column::text("  checkpoint"),
        Column::shrinking("file commit"),
        Column::number("files"),
        Column::number("size"),
        Column::text("created"),
    ];
    let row = |file: &wtb_domain::CheckpointFile| {
        vec![
            format!("  {}", printable(file.checkpoint_id.as_str())),
            shorten(file.file_commit_id.as_str(), 36),
            grouped(file.file_count),
            bytes(file.total_size_bytes),
            look.calendar.short(file.created_at),
        ]
    };
    let rows = report.checkpoint_files.iter().map(row).collect();
    format!("{}\n{}", look.bold("files"), table(look, &columns, rows))
}

fn scores(look: &Look, report: &ExecutionReport, full: bool) -> String {
    if report.evaluation_results.is_empty() {
        return String::new();
    }
    let columns = [
        Column::text("  evaluator"),
        Column::number("score"),
        Column::text("passed"),
        Column::shrinking("metrics and details"),
    ];
    let row = |result: &EvaluationResult| {
        let passed = if result.passed { "✓".to_owned() } else { look.red("✗") };
        let evaluator = format!("{} {}", result.evaluator_name, result.evaluator_version);
        let remarks = if full { usize::MAX } else { look.width };
        vec![
            format!("  {}", shorten(&evaluator, 40)),
            number(result.score),
            passed,
            shorten(&remarks_on(result), remarks),
        ]
    };
    let rows = report.evaluation_results.iter().map(row).collect();
    format!("{}\n{}", look.bold("scores"), table(look, &columns, rows))
}

fn remarks_on(result: &EvaluationResult) -> String {
    let metrics = result.metrics.iter().map(|metric| {
        let unit = metric.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        format!("{} {}{unit}", metric.name, number(metric.value))
    });
    metrics.chain(result.details.clone()).collect::<Vec<_>>().join("; ")
}

fn log(look: &Look, report: &ExecutionReport) -> String {
    if report.log.is_empty() {
        return String::new();
    }
    let count = counted(report.log.len(), "entry", "entries");
    format!(
        "{} {}\n{}",
        look.bold("log"),
        look.dim(format!("the last {count}; `wtb audit show` shows all")),
        report.log.concat()
    )
}
