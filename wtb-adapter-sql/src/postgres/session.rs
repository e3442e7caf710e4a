//! What a connection is told: when it is opened, or when a pooler stands in between, as each unit begins.

use super::PostgresOptions;
use super::kept_units::Transaction;
use super::own_writes::LogPlace;
use sqlx::postgres::PgRow;
use sqlx::{Error, Row};
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

/// A limit as the server takes it: up to `i32::MAX`, as 0 would be none at all.
pub(super) fn milliseconds(duration: Duration) -> String {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX).max(1).to_string()
}

/// The texts that begin a unit, in one trip to the server and back. The last row of their answer is what
/// [`Begun`] reads, and after that, where the unit may write, its [`Transaction`].
#[derive(Debug)]
pub(super) struct BeginTexts {
    /// Prepares, on a new connection, what the others execute; nothing where a pooler stands in between.
    ///
    /// The server takes longer to plan the question that each unit begins with than to answer it.
    pub(super) prepare: Option<Arc<str>>,
    /// Begins a unit that writes.
    pub(super) write: Arc<str>,
    /// Begins a unit that reads.
    pub(super) read: Arc<str>,
}

/// In what a unit has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    /// Whether the transaction can only read, be it that it was not asked for more.
    pub(super) only_reads: bool,
    /// Whether the server follows another one.
    pub(super) in_recovery: bool,
}

impl Begun {
    /// How many columns of the answer it is.
    pub(super) const WIDTH: usize = 2;

    /// Reads the answer.
    pub(super) fn read(rows: &[PgRow]) -> Result<Self, Error> {
        let row = rows.last().ok_or(Error::RowNotFound)?;
        Ok(Self { only_reads: row.try_get(0)?, in_recovery: row.try_get(1)? })
    }
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
        let question = |more: &str| {
            format!("SELECT current_setting('transaction_read_only')::bool, pg_is_in_recovery(){more}")
        };
        let (to_write, to_read) = (question(&format!(", {}", Transaction::COLUMNS)), question(""));
        // Only the first query takes the snapshot.
        let begin = |mode: &str, question: &str| {
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ{mode}; {local}{question}").into()
        };
        if options.pooler {
            return Self { prepare: None, write: begin("", &to_write), read: begin(" READ ONLY", &to_read) };
        }
        Self {
            prepare: Some(
                format!("PREPARE begin_to_write AS {to_write}; PREPARE begin_to_read AS {to_read}").into(),
            ),
            write: begin("", "EXECUTE begin_to_write"),
            read: begin(" READ ONLY", "EXECUTE begin_to_read"),
        }
    }

    /// Begins a unit that reads, and answers first whether the server had everything before `place` by then: nothing if
    /// it is no replica.
    ///
    /// The first transaction is for the look alone: the snapshot of the unit must not be older than that. A pooler
    /// hands a server out for the whole text.
    pub(super) fn read_after(&self, place: LogPlace) -> Arc<str> {
        format!(
            "BEGIN; SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= '{place}' END; COMMIT; {}",
            self.read
        )
        .into()
    }
}
