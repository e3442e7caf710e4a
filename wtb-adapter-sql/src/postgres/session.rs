//! The settings of a connection: set by SQL when it is opened, or with a transaction pooler in between, as each unit begins.
//!
//! Startup parameters would take no trip either, but poolers drop them without a word where they are configured with
//! `ignore_startup_parameters`. And a setting of the database or the role must not change what a store does.

use super::PostgresOptions;
use super::own_writes::LogPlace;
use super::transaction::Transaction;
use sqlx::postgres::PgRow;
use sqlx::{Error, Row};
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

/// How long a setting lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// As long as the connection.
    Session,
    /// As long as the transaction.
    Transaction,
}

/// The settings on which timeouts, results and error messages depend, each with its name.
fn settings(options: &PostgresOptions) -> [(&'static str, String); 7] {
    [
        // First: the one that is in force may be too short for the others.
        ("statement_timeout", milliseconds(options.statement_timeout)),
        ("lock_timeout", milliseconds(options.wait)),
        ("idle_in_transaction_session_timeout", milliseconds(options.idle_in_transaction_timeout)),
        // The server fails where a policy would hide rows.
        ("row_security", "off".to_owned()),
        ("client_encoding", "UTF8".to_owned()),
        // Names in messages are as they are in the catalogue.
        ("quote_all_identifiers", "off".to_owned()),
        ("search_path", format!("\"{}\"", options.schema)),
    ]
}

/// Sets all of them.
fn set_all(options: &PostgresOptions, lasting: Lasting) -> String {
    let scope = if lasting == Lasting::Transaction { "LOCAL " } else { "" };
    let mut text = String::new();
    for (name, value) in settings(options) {
        // Neither names nor numbers need escaping.
        let _ = write!(text, "SET {scope}{name} = {value}; ");
    }
    text
}

/// Sets what commits promise, where it is not so already: that references are checked, which takes a right to set, and
/// that a commit is on the disk when the server acknowledges it, unless the URL asks for less.
fn set_promises(options: &PostgresOptions, lasting: Lasting) -> String {
    let mut rows =
        "('session_replication_role', current_setting('session_replication_role') <> 'origin', 'origin')"
            .to_owned();
    if !options.url.expose().contains("synchronous_commit") {
        rows.push_str(", ('synchronous_commit', current_setting('synchronous_commit') = 'off', 'on')");
    }
    if lasting == Lasting::Session {
        // The pool closes what is not needed. Servers before 14 have no such limit.
        rows.push_str(
            ", ('idle_session_timeout', current_setting('idle_session_timeout', true) <> '0', '0')",
        );
    }
    format!(
        "SELECT set_config(name, wanted, {}) FROM (VALUES {rows}) AS promises (name, is_other, wanted) \
         WHERE is_other; ",
        lasting == Lasting::Transaction
    )
}

/// Begins a transaction in which the settings are in force, whatever connection it is on, at READ COMMITTED.
pub(super) fn begin_outside_of_units(options: &PostgresOptions, access: &str) -> String {
    format!("BEGIN ISOLATION LEVEL READ COMMITTED{access}; {}", set_all(options, Lasting::Transaction))
}

/// What is executed first on a new connection, in a transaction: nothing where a transaction pooler stands in between.
///
/// It refuses a connection whose server another one has claimed before: a pooler hands servers on there, from
/// transaction to transaction, and the settings and statements of both would be mixed up.
pub(super) fn claim(options: &PostgresOptions) -> Option<String> {
    let settings = set_all(options, Lasting::Session);
    let promises = set_promises(options, Lasting::Session);
    (!options.pooler).then(|| format!("PREPARE wtb_connection AS SELECT 1; {settings}{promises}"))
}

/// A limit as the server takes it: up to `i32::MAX`, as 0 would be none at all.
pub(super) fn milliseconds(duration: Duration) -> String {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX).max(1).to_string()
}

/// The texts that begin a unit, in one trip to the server and back. The last row of their answer is what
/// [`Begun`] reads, and after that, where the unit may write, its [`Transaction`].
#[derive(Debug)]
pub(super) struct BeginTexts {
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
    /// The texts for a new connection, and what must be executed on it first: nothing where a transaction pooler stands
    /// in between.
    pub(super) fn new(options: &PostgresOptions) -> (Self, Option<String>) {
        let question = |more: &str| {
            format!("SELECT current_setting('transaction_read_only')::bool, pg_is_in_recovery(){more}")
        };
        let (to_write, to_read) = (question(&format!(", {}", Transaction::COLUMNS)), question(""));
        // Only the first query takes the snapshot.
        let begin =
            |mode: &str, rest: &str| format!("BEGIN ISOLATION LEVEL REPEATABLE READ{mode}; {rest}").into();
        let Some(claim) = claim(options) else {
            let local = set_all(options, Lasting::Transaction);
            let promises = set_promises(options, Lasting::Transaction);
            let write = begin("", &format!("{local}{promises}{to_write}"));
            return (Self { write, read: begin(" READ ONLY", &format!("{local}{to_read}")) }, None);
        };
        // The server takes longer to plan the question that each unit begins with than to answer it. The names are those
        // of this connection alone: no unit begins on a server on which another one has prepared its statements.
        let number = RandomState::new().hash_one(());
        let [write, read] = ["write", "read"].map(|access| format!("begin_to_{access}_{number:016x}"));
        let prepare = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; {claim}\
             PREPARE {write} AS {to_write}; PREPARE {read} AS {to_read}; COMMIT"
        );
        let texts = Self {
            write: begin("", &format!("EXECUTE {write}")),
            read: begin(" READ ONLY", &format!("EXECUTE {read}")),
        };
        (texts, Some(prepare))
    }

    /// Begins a unit that reads, and answers first whether the server had everything before `place` by then: nothing if
    /// it is no replica.
    ///
    /// The first transaction is for the look alone: the snapshot of the unit must not be older than that. A pooler
    /// hands a server out for the whole text.
    pub(super) fn read_after(&self, place: LogPlace) -> Arc<str> {
        format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= '{place}' END; COMMIT; {}",
            self.read
        )
        .into()
    }
}

#[cfg(test)]
mod on_postgres;
