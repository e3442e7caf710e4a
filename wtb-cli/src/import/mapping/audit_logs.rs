//! Rows of `wtb_audit_logs`.

use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use wtb_domain::{AuditEntry, EventType};

/// `wtb_audit_logs`, the same in every age of the Python system. The number of a row becomes its place in the log.
#[derive(Debug)]
pub(crate) struct AuditLogs;

impl Form for AuditLogs {
    type Entity = AuditEntry;
    const TABLE: &'static str = "wtb_audit_logs";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "timestamp", "event_type", "severity", "message"];
    const OPTIONAL: &'static [&'static str] = &["execution_id", "node_id", "details", "error", "duration_ms"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[("duration", "duration_ms")];

    fn entity(&self, _key: &str, cells: &mut Cells<'_>, _found: &mut Found) -> Result<AuditEntry, Broken> {
        AuditEntry {
            timestamp: cells.time("timestamp")?,
            event_type: event_type(cells.text("event_type")?),
            severity: cells.name("severity")?,
            message: cells.text("message")?,
            execution_id: cells.optional_id("execution_id")?,
            node_id: cells.optional_id("node_id")?,
            details: cells.json_or_empty("details")?,
            error: cells.optional_text("error")?,
            duration: cells.optional_milliseconds("duration_ms")?,
        }
        .validated_for(None)
        .map_err(broken_rule::<Self>)
    }
}

/// A log repeats few event types many times; those with a constant share its text.
fn event_type(text: String) -> EventType {
    match EventType::KNOWN.iter().find(|known| known.as_str() == text) {
        Some(known) => known.clone(),
        None => EventType::new(text),
    }
}
