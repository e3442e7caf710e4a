//! The node boundaries of an execution as bars over one scale.

use crate::view::bar::Scale;
use crate::view::lines::Lines;
use crate::view::look::Look;
use crate::view::text::{printable, shorten};
use crate::view::time::duration;
use console::{Alignment, Style, measure_text_width, pad_str};
use wtb_domain::{Execution, ExecutionStatus, NodeBoundary, NodeBoundaryStatus, Timestamp};

/// Columns for the name of a node, at most.
const NODE_COLUMNS: usize = 24;
/// Columns for a duration.
const DURATION_COLUMNS: usize = 10;
/// Columns for two checkpoints, at most: two unabridged UUIDs would leave no room for bars.
const CHECKPOINT_COLUMNS: usize = 21;
/// Columns that bars take at least, however narrow the terminal.
const LEAST_BAR_COLUMNS: usize = 10;
/// Lines of an error that are shown unless all were asked for.
const ERROR_LINES: usize = 3;

/// One line of the timeline before it is drawn.
struct Entry<'a> {
    boundary: &'a NodeBoundary,
    node: String,
    checkpoints: String,
    stretch: Option<(Timestamp, Timestamp)>,
}

/// One line per boundary, in the order they were made: mark, node, attempt, bar, duration, checkpoints; errors below.
pub(crate) fn timeline(
    look: &Look,
    execution: &Execution,
    boundaries: &[NodeBoundary],
    full: bool,
) -> String {
    let entries: Vec<_> = boundaries.iter().map(|boundary| entry(look, execution, boundary)).collect();
    let node_columns = widest(entries.iter().map(|entry| &entry.node));
    let checkpoint_columns = widest(entries.iter().map(|entry| &entry.checkpoints)).max("checkpoints".len());
    // Indent and mark, and two spaces between columns.
    let taken = 4 + node_columns + 2 + 2 + DURATION_COLUMNS + 2 + checkpoint_columns;
    let bar_columns = look.width.saturating_sub(taken).max(LEAST_BAR_COLUMNS);
    let scale = Scale::over(
        entries.iter().filter_map(|entry| entry.stretch),
        u16::try_from(bar_columns).unwrap_or(u16::MAX),
    );
    let mut drawn = Lines::default();
    drawn.line(heading(look, node_columns, bar_columns, scale));
    for entry in &entries {
        drawn.line(line(look, entry, node_columns, bar_columns, scale));
        if let Some(error) = &entry.boundary.error {
            let most = if full { usize::MAX } else { ERROR_LINES };
            drawn.error(look, &error.message, 6, most);
        }
    }
    drawn.into_text()
}

fn widest<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| measure_text_width(text)).max().unwrap_or(0)
}

fn entry<'a>(look: &Look, execution: &Execution, boundary: &'a NodeBoundary) -> Entry<'a> {
    let name = shorten(boundary.node_id.as_str(), NODE_COLUMNS);
    let attempt = boundary.attempt.get();
    let node = if attempt == 1 { name } else { format!("{name} #{attempt}") };
    let checkpoint = |id: Option<&wtb_domain::CheckpointId>| match id {
        Some(id) => abridged(id.as_str(), (CHECKPOINT_COLUMNS - 3) / 2),
        None => "–".to_owned(),
    };
    let checkpoints = format!(
        "{} → {}",
        checkpoint(boundary.entry_checkpoint_id.as_ref()),
        checkpoint(boundary.exit_checkpoint_id.as_ref())
    );
    Entry { boundary, node, checkpoints, stretch: stretch(look, execution, boundary) }
}

/// From start to end. What has not ended goes on until now, or until the execution itself ended.
fn stretch(look: &Look, execution: &Execution, boundary: &NodeBoundary) -> Option<(Timestamp, Timestamp)> {
    let started = boundary.started_at?;
    let open_end = match execution.status {
        ExecutionStatus::Running => Some(look.now),
        _ => execution.completed_at,
    };
    Some((started, boundary.completed_at.or(open_end).unwrap_or(started).max(started)))
}

/// The beginning and the end of an identifier that is too long.
fn abridged(id: &str, columns: usize) -> String {
    let id = printable(id);
    let characters = id.chars().count();
    if characters <= columns {
        return id;
    }
    let ends = columns / 2;
    let start: String = id.chars().take(columns - 1 - ends).collect();
    let end: String = id.chars().skip(characters - ends).collect();
    format!("{start}…{end}")
}

fn heading(look: &Look, node_columns: usize, bar_columns: usize, scale: Option<Scale>) -> String {
    let length = scale.map(|scale| duration(scale.length())).unwrap_or_default();
    let axis_columns = bar_columns.saturating_sub(1);
    let axis = format!("0{length:>axis_columns$}");
    let title = pad_str("timeline", 4 + node_columns, Alignment::Left, None);
    let durations = format!("{:>DURATION_COLUMNS$}", "duration");
    format!("{}  {}  {}  {}", look.bold(title), look.dim(axis), look.dim(durations), look.dim("checkpoints"))
}

fn line(
    look: &Look,
    entry: &Entry<'_>,
    node_columns: usize,
    bar_columns: usize,
    scale: Option<Scale>,
) -> String {
    let boundary = entry.boundary;
    let (mark, style) = mark(boundary.status);
    let bar = match (scale, entry.stretch) {
        (Some(scale), Some((start, end))) => scale.bar(start, end),
        _ => String::new(),
    };
    let bar = pad_str(&bar, bar_columns, Alignment::Left, None).into_owned();
    let took = match (boundary.status, entry.stretch) {
        (NodeBoundaryStatus::Pending, _) => "pending".to_owned(),
        (_, None) => "–".to_owned(),
        // Its bar is a guess, so that no duration is claimed.
        (NodeBoundaryStatus::Running, _) => "running".to_owned(),
        (_, Some(_)) if boundary.completed_at.is_none() => "–".to_owned(),
        (_, Some((start, end))) => duration(end.since(start)),
    };
    let node = pad_str(&entry.node, node_columns, Alignment::Left, None);
    let line = format!(
        "  {} {node}  {}  {took:>DURATION_COLUMNS$}  {}",
        look.paint(&style, mark),
        look.paint(&style, bar),
        look.dim(&entry.checkpoints)
    );
    line.trim_end().to_owned()
}

/// The mark of a status and how it is drawn.
fn mark(status: NodeBoundaryStatus) -> (&'static str, Style) {
    match status {
        NodeBoundaryStatus::Pending => ("·", Style::new().dim()),
        NodeBoundaryStatus::Running => ("▶", Style::new().cyan()),
        NodeBoundaryStatus::Completed => ("✓", Style::new().green()),
        NodeBoundaryStatus::Failed => ("✗", Style::new().red()),
        NodeBoundaryStatus::Skipped => ("»", Style::new().dim()),
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
