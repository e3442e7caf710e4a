//! Entries of the audit log, one line each with the error below.

use crate::view::error::write_error;
use crate::view::look::Look;
use crate::view::text::{printable_pieces, shorten};
use crate::view::time::duration;
use console::{Alignment, measure_text_width, pad_str};
use std::io::{self, Write};
use wtb_domain::AuditEntry;

/// Columns for the kind of event; the longest known one has 19.
const EVENT_COLUMNS: usize = 19;
/// Columns for the name of a node.
const NODE_COLUMNS: usize = 12;
/// Columns that a message has at least, however narrow the terminal.
const LEAST_MESSAGE_COLUMNS: usize = 20;
/// Lines of an error that are shown unless all were asked for.
const ERROR_LINES: usize = 2;

/// Draws entries one after another: a line for each new day, then mark, time, event, node, message, duration.
pub(crate) struct Log<'a> {
    look: &'a Look,
    full: bool,
    day: Option<String>,
}

impl<'a> Log<'a> {
    /// A log of which nothing was drawn yet; `full` shows long texts whole.
    pub(crate) fn new(look: &'a Look, full: bool) -> Self {
        Self { look, full, day: None }
    }

    /// Writes the next entry; its texts may be too long to have them twice.
    ///
    /// # Errors
    /// If `out` does not take it.
    pub(crate) fn write(&mut self, out: &mut dyn Write, entry: &AuditEntry) -> io::Result<()> {
        let look = self.look;
        if let Some(day) = self.new_day(entry) {
            writeln!(out, "{day}")?;
        }
        let start = format!(
            "  {} {}  {}  {}  ",
            look.severity(entry.severity),
            look.dim(look.calendar.clock(entry.timestamp)),
            cell(entry.event_type.as_str(), EVENT_COLUMNS),
            cell(entry.node_id.as_ref().map_or("", |node| node.as_str()), NODE_COLUMNS),
        );
        // Older systems write a zero for what they did not measure.
        let measured = entry.duration.filter(|took| !took.is_zero());
        let took = measured.map(|took| format!(" ({})", duration(took))).unwrap_or_default();
        let taken = measure_text_width(&start) + measure_text_width(&took);
        let room = look.width.saturating_sub(taken).max(LEAST_MESSAGE_COLUMNS);
        write!(out, "{start}")?;
        if self.full {
            printable_pieces(&entry.message).try_for_each(|piece| out.write_all(piece.as_bytes()))?;
        } else {
            write!(out, "{}", shorten(&entry.message, room))?;
        }
        writeln!(out, "{}", look.dim(took))?;
        let most = if self.full { usize::MAX } else { ERROR_LINES };
        entry.error.iter().try_for_each(|error| write_error(out, look, error, 6, most))
    }

    fn new_day(&mut self, entry: &AuditEntry) -> Option<String> {
        let day = self.look.calendar.day(entry.timestamp);
        if self.day.as_ref() == Some(&day) {
            return None;
        }
        let line = format!("  {}", self.look.dim(&day));
        self.day = Some(day);
        Some(line)
    }
}

/// `text` cut or filled to exactly these columns.
fn cell(text: &str, columns: usize) -> String {
    pad_str(&shorten(text, columns), columns, Alignment::Left, None).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use wtb_domain::{EventType, NodeId, Severity};

    fn entry(time: &str, message: &str) -> AuditEntry {
        AuditEntry::new(time.parse().unwrap(), EventType::NODE_FAILED, Severity::Error, message)
    }

    fn shown(log: &mut Log<'_>, entry: &AuditEntry) -> String {
        let mut shown = Vec::new();
        log.write(&mut shown, entry).unwrap();
        String::from_utf8(shown).unwrap()
    }

    #[test]
    fn an_entry_is_one_line_with_its_error_below() {
        let entry = AuditEntry {
            node_id: Some(NodeId::new("rerank").unwrap()),
            error: Some("timed out\nafter 30s\nagain".to_owned()),
            duration: Some(Duration::from_micros(263)),
            ..entry("2026-11-23T02:54:35.886Z", "Node failed")
        };
        assert_eq!(
            shown(&mut Log::new(&Look::plain(), false), &entry),
            "  2026-11-23 UTC\n\
             \u{20} ✗ 02:54:35.886  node_failed          rerank        Node failed (0.26 ms)\n\
             \u{20}     timed out\n      after 30s\n      … (--full shows the rest)\n"
        );
    }

    #[test]
    fn each_day_is_named_once() {
        let entries = ["2026-11-23T23:59:59Z", "2026-11-24T00:00:00Z", "2026-11-24T00:00:01Z"];
        let look = Look::plain();
        let mut log = Log::new(&look, false);
        let all: String = entries.iter().map(|time| shown(&mut log, &entry(time, "m"))).collect();
        assert_eq!(all.matches("2026-11-23 UTC").count(), 1);
        assert_eq!(all.matches("2026-11-24 UTC").count(), 1);
    }

    #[test]
    fn long_messages_are_cut_unless_all_is_asked_for() {
        let entry = entry("2026-11-23T02:54:35Z", &"word ".repeat(50));
        let cut = shown(&mut Log::new(&Look::plain(), false), &entry);
        assert!(cut.lines().all(|line| measure_text_width(line) <= 100), "{cut}");
        assert!(cut.contains('…'));
        assert!(shown(&mut Log::new(&Look::plain(), true), &entry).contains(&"word ".repeat(50)));
    }
}
