//! What a connection is told: when it is opened, or when a pooler stands in between, as each unit begins.

use super::PostgresOptions;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// The settings of a connection that the options ask for, each with its name.
pub(super) fn settings(options: &PostgresOptions) -> [(&'static str, String); 4] {
    [
        ("search_path", format!("\"{}\"", options.schema)),
        ("statement_timeout", milliseconds(options.statement_timeout)),
        ("lock_timeout", milliseconds(options.wait)),
        ("idle_in_transaction_session_timeout", milliseconds(options.idle_in_transaction_timeout)),
    ]
}

/// The server takes up to `i32::MAX`, and 0 for no limit at all.
fn milliseconds(duration: Duration) -> String {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX).max(1).to_string()
}

/// The texts that begin a unit, in one trip to the server and back.
#[derive(Debug)]
pub(super) struct BeginTexts {
    /// Begins a unit that writes. Answers whether the transaction can only read after all.
    pub(super) write: Arc<str>,
    /// Begins a unit that reads.
    pub(super) read: Arc<str>,
}

impl BeginTexts {
    /// The texts for connections that are opened with these options.
    pub(super) fn new(options: &PostgresOptions) -> Self {
        let mut local = String::new();
        if options.pooler {
            for (name, value) in settings(options) {
                // Neither names nor numbers need escaping.
                let _ = write!(local, "SET LOCAL {name} = {value}; ");
            }
        }
        // Only the first query takes the snapshot.
        let text = |mode: &str| {
            format!(
                "BEGIN ISOLATION LEVEL REPEATABLE READ{mode}; {local}SELECT current_setting('transaction_read_only')"
            )
            .into()
        };
        Self { write: text(""), read: text(" READ ONLY") }
    }
}
