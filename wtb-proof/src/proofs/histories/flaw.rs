//! Values that no store keeps, planted in rows that would otherwise be kept; who plants one knows what is told about it.

use super::row::Row;
use super::sample::Flaw;
use std::time::Duration;
use wtb_domain::{EventType, ExecutionError, Json, Metric, NodeBoundaryError};

/// Texts that are no JSON document, and what is told about them.
const NO_DOCUMENTS: [(&str, &str); 6] = [
    ("", "the text ends where a value should be (byte 0)"),
    ("NaN", "expected a value (byte 0)"),
    ("{a:1}", "expected a key in double quotes (byte 1)"),
    ("[1,]", "expected a value (byte 3)"),
    ("{} {}", "more text after the document (byte 3)"),
    ("\"\0\"", "a control character in a string must be escaped (byte 1)"),
];

/// Plants one of the flaws that a row of this kind can have.
pub(super) fn plant(row: &mut Row, number: usize) -> Flaw {
    let kinds = 4;
    let (which, variant) = (number % kinds, number / kinds);
    match row {
        Row::Workflow(row) => match which {
            0 => nul(&mut row.description, "description"),
            1 => too_long(&mut row.name, "name"),
            2 => too_long(&mut row.version, "version"),
            _ => no_document(&mut row.definition, "definition", variant),
        },
        Row::Execution(row) => match which {
            0 => {
                let error = ExecutionError { message: String::new(), node: None };
                nul(&mut row.error.insert(error).message, "error")
            }
            1 => no_document(&mut row.initial_state, "initial_state", variant),
            2 => no_document(&mut row.metadata, "metadata", variant),
            _ => no_document(&mut row.state, "state", variant),
        },
        Row::NodeBoundary(row) => {
            let error = row.error.insert(NodeBoundaryError { message: String::new(), details: None });
            match which {
                0 | 1 => nul(&mut error.message, "error"),
                _ => no_document(error.details.insert(Json::empty_object()), "error", variant),
            }
        }
        Row::CheckpointFile(row) => match which {
            0 | 1 => too_many(&mut row.file_count, "file_count"),
            _ => too_many(&mut row.total_size_bytes, "total_size_bytes"),
        },
        Row::NodeVariant(row) => match which {
            0 => nul(&mut row.description, "description"),
            1 => nul(&mut row.name, "name"),
            2 => too_long(&mut row.name, "name"),
            _ => no_document(&mut row.metadata, "metadata", variant),
        },
        Row::EvaluationResult(row) => match which {
            0 => not_finite(&mut row.score, "score", variant),
            1 => {
                row.metrics.push(Metric { name: String::new(), value: 0.0, unit: None });
                let last = row.metrics.last_mut().expect("one was pushed");
                not_finite(&mut last.value, "metrics", variant)
            }
            2 => no_document(row.raw_output.insert(Json::empty_object()), "raw_output", variant),
            _ => {
                row.duration = Duration::MAX;
                too_long_a_time()
            }
        },
        Row::AuditEntry(row) => match which {
            0 => nul(&mut row.message, "message"),
            1 => {
                let mut name = String::new();
                let flaw = too_long(&mut name, "event_type");
                row.event_type = EventType::new(name);
                flaw
            }
            2 => {
                row.duration = Some(Duration::MAX);
                too_long_a_time()
            }
            _ => no_document(&mut row.details, "details", variant),
        },
    }
}

fn nul(text: &mut String, field: &'static str) -> Flaw {
    let at = text.len();
    text.push('\0');
    Flaw { field, reason: format!("text cannot contain a NUL character (byte {at})") }
}

fn too_long(text: &mut String, field: &'static str) -> Flaw {
    *text = "é".repeat(501);
    Flaw { field, reason: "it has at most 1000 bytes, this one has 1002".to_owned() }
}

fn no_document(document: &mut Json, field: &'static str, variant: usize) -> Flaw {
    let (text, reason) = NO_DOCUMENTS[variant % NO_DOCUMENTS.len()];
    *document = Json::new(text);
    Flaw { field, reason: format!("not a JSON document: {reason}") }
}

fn not_finite(number: &mut f64, field: &'static str, variant: usize) -> Flaw {
    *number = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][variant % 3];
    Flaw { field, reason: format!("a number must be finite, this one is {number}") }
}

fn too_many(count: &mut u64, field: &'static str) -> Flaw {
    *count = 1 << 63;
    Flaw { field, reason: format!("a count is at most {}, this one is {count}", i64::MAX) }
}

fn too_long_a_time() -> Flaw {
    Flaw { field: "duration", reason: "a duration is at most 292 years".to_owned() }
}
