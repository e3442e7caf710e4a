//! The node boundaries of an execution as bars over one scale.

use crate::view::bar::Scale;
use crate::view::error::write_error;
use crate::view::look::Look;
use crate::view::text::{printable, shorten};
use crate::view::time::duration;
use console::{Alignment, Style, measure_text_width, pad_str};
use std::io::{self, Write};
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

/// How wide the columns are that all boundaries of an execution need, and how long the scale of their bars.
pub(crate) struct Timeline<'a> {
    look: &'a Look,
    execution: &'a Execution,
    full: bool,
    node_columns: usize,
    checkpoint_columns: usize,
    whole: Option<(Timestamp, Timestamp)>,
}

impl<'a> Timeline<'a> {
    /// A timeline without boundaries; `full` shows long errors whole.
    pub(crate) fn new(look: &'a Look, execution: &'a Execution, full: bool) -> Self {
        let checkpoint_columns = "checkpoints".len();
        Self { look, execution, full, node_columns: 0, checkpoint_columns, whole: None }
    }

    /// Makes room for a boundary.
    pub(crate) fn measure(&mut self, boundary: &NodeBoundary) {
        self.node_columns = self.node_columns.max(measure_text_width(&node(boundary)));
        self.checkpoint_columns = self.checkpoint_columns.max(measure_text_width(&checkpoints(boundary)));
        let stretches = self.whole.into_iter().chain(self.stretch(boundary));
        self.whole = stretches.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
    }

    /// Writes the line above the boundaries.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn write_heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let look = self.look;
        let length = self.scale().map(|scale| duration(scale.length())).unwrap_or_default();
        let axis_columns = self.bar_columns().saturating_sub(1);
        let axis = format!("0{length:>axis_columns$}");
        let title = pad_str("timeline", 4 + self.node_columns, Alignment::Left, None);
        let durations = format!("{:>DURATION_COLUMNS$}", "duration");
        let [axis, durations, checkpoints] = [&axis, &durations, "checkpoints"].map(|text| look.dim(text));
        writeln!(out, "{}  {axis}  {durations}  {checkpoints}", look.bold(title))
    }

    /// Writes a boundary that was measured: mark, node, attempt, bar, duration, checkpoints; its error below.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn write(&self, out: &mut dyn Write, boundary: &NodeBoundary) -> io::Result<()> {
        let look = self.look;
        let (mark, style) = mark(boundary.status);
        let stretch = self.stretch(boundary);
        let bar = match (self.scale(), stretch) {
            (Some(scale), Some((start, end))) => scale.bar(start, end),
            _ => String::new(),
        };
        let bar = pad_str(&bar, self.bar_columns(), Alignment::Left, None);
        let took = match (boundary.status, stretch) {
            (NodeBoundaryStatus::Pending, _) => "pending".to_owned(),
            (_, None) => "–".to_owned(),
            // Its bar is a guess, so that no duration is claimed.
            (NodeBoundaryStatus::Running, _) => "running".to_owned(),
            (_, Some(_)) if boundary.completed_at.is_none() => "–".to_owned(),
            (_, Some((start, end))) => duration(end.since(start)),
        };
        let node = node(boundary);
        let line = format!(
            "  {} {}  {}  {took:>DURATION_COLUMNS$}  {}",
            look.paint(&style, mark),
            pad_str(&node, self.node_columns, Alignment::Left, None),
            look.paint(&style, bar),
            look.dim(checkpoints(boundary))
        );
        writeln!(out, "{}", line.trim_end())?;
        let most = if self.full { usize::MAX } else { ERROR_LINES };
        boundary.error.iter().try_for_each(|error| write_error(out, look, &error.message, 6, most))
    }

    fn bar_columns(&self) -> usize {
        // Indent and mark, and two spaces between columns.
        let taken = 4 + self.node_columns + 2 + 2 + DURATION_COLUMNS + 2 + self.checkpoint_columns;
        self.look.width.saturating_sub(taken).max(LEAST_BAR_COLUMNS)
    }

    fn scale(&self) -> Option<Scale> {
        Scale::over(self.whole, u16::try_from(self.bar_columns()).unwrap_or(u16::MAX))
    }

    /// From start to end. What has not ended goes on until now, or until the execution itself ended.
    fn stretch(&self, boundary: &NodeBoundary) -> Option<(Timestamp, Timestamp)> {
        let started = boundary.started_at?;
        let open_end = match self.execution.status {
            ExecutionStatus::Running => Some(self.look.now),
            _ => self.execution.completed_at,
        };
        Some((started, boundary.completed_at.or(open_end).unwrap_or(started).max(started)))
    }
}

/// The name of its node, and which attempt it is unless it is the first.
fn node(boundary: &NodeBoundary) -> String {
    let name = shorten(boundary.node_id.as_str(), NODE_COLUMNS);
    match boundary.attempt.get() {
        1 => name,
        attempt => format!("{name} #{attempt}"),
    }
}

fn checkpoints(boundary: &NodeBoundary) -> String {
    let ends = [&boundary.entry_checkpoint_id, &boundary.exit_checkpoint_id];
    let [entry, exit] = ends.map(|id| match id {
        Some(id) => abridged(id.as_str(), (CHECKPOINT_COLUMNS - 3) / 2),
        None => "–".to_owned(),
    });
    format!("{entry} → {exit}")
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
