//! Examining a file for an operator.

mod rows;
mod schema;

use super::SqliteStore;
use super::connection::open_writer;
use super::migrate::new_schema;
use super::options::Synchronous;
use super::reading::Opened;
use super::shared::Shared;
use crate::examine::{Findings, Gaps, Phase};
use crate::failure::Failure;
use crate::tables::TABLES;
use crate::{Diagnosis, Examination, Fact, Problem, unfinished_copy};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ffi};
use std::sync::Arc;
use wtb_domain::EntityKind;
use wtb_ports::{StoreError, StoreResult};

/// What is reported about the file, by the connections that read.
const PRAGMAS: [&str; 6] =
    ["journal_mode", "encoding", "foreign_keys", "page_size", "page_count", "freelist_count"];

impl SqliteStore {
    /// Examines the file.
    ///
    /// # Errors
    /// As for any read. Damage is a problem in the result.
    pub async fn diagnose(&self, examination: Examination) -> StoreResult<Diagnosis> {
        self.shared.check()?;
        let shared = Arc::clone(&self.shared);
        let examined = tokio::task::spawn_blocking(move || {
            let connection = open(&shared, examination)?;
            let diagnosis = Examiner::run(&connection, examination)?;
            connection.check().map(|()| diagnosis)
        });
        let operation = "diagnose";
        let examined =
            examined.await.map_err(|error| StoreError::Backend { operation, source: error.into() })?;
        let mut diagnosis = examined.map_err(|failure: Failure| failure.during(operation))?;
        self.shared.check()?;
        let synchronous = match self.shared.options.synchronous {
            Synchronous::Full => "FULL, concurrent commits share one fsync",
            Synchronous::Normal => "NORMAL",
        };
        diagnosis.facts.push(("synchronous", synchronous.into()));
        Ok(diagnosis)
    }
}

/// Opens the file to examine it.
fn open(shared: &Shared, examination: Examination) -> Result<Opened, Failure> {
    // On a connection that only reads, SQLite's integrity check leaves out the CHECK rules.
    let writer = || {
        let connection = open_writer(&shared.path, false)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection.into())
    };
    match examination {
        Examination::Full if shared.writing().is_ok() => {
            writer().or_else(|_: rusqlite::Error| shared.open_to_read())
        }
        Examination::Full | Examination::Quick => shared.open_to_read(),
    }
}

/// An examination on a connection that only reads.
struct Examiner<'c> {
    connection: &'c Connection,
    findings: Findings,
}

impl<'c> Examiner<'c> {
    fn run(connection: &'c Connection, examination: Examination) -> rusqlite::Result<Diagnosis> {
        let latest = "SELECT max(version) FROM schema_migrations";
        let schema_version = connection.query_row(latest, [], |row| row.get(0))?;
        let mut this = Self { connection, findings: Findings::default() };
        let mut facts = Vec::with_capacity(PRAGMAS.len());
        for name in PRAGMAS {
            let fact = pragma(connection, name);
            facts.extend(this.settle(name, fact).map(|fact| (name, fact)));
        }
        let compared = new_schema().and_then(|new| schema::compare(connection, &new, &mut this.findings));
        let gaps = this.settle("schema", compared).unwrap_or_default();
        let identity = this.examine_identity(&gaps);
        this.settle("kept_units", identity);
        for (_, table) in TABLES {
            let examined = if gaps.has_no_table(table) { Ok(()) } else { this.examine_sequence(table) };
            this.settle(&format!("the sequence of {table}"), examined);
        }
        let counts = match examination {
            Examination::Quick => Vec::new(),
            Examination::Full => {
                let examined = this.examine_integrity();
                this.settle("integrity", examined);
                this.examine_rows(&gaps)
            }
        };
        Ok(Diagnosis { schema_version, facts, counts, problems: this.findings.into_problems() })
    }

    /// What a part of the examination found; nothing, and a note about it, if SQLite refused.
    fn settle<T>(&mut self, part: &str, examined: rusqlite::Result<T>) -> Option<T> {
        let error = match examined {
            Ok(found) => return Some(found),
            Err(error) => error,
        };
        match error.sqlite_error().map(|error| error.extended_code & 0xff) {
            Some(ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB) => {
                let message = format!("the file is damaged: {part}: {error}; restore it from a backup");
                self.findings.add(Phase::Settings, Problem::error(message));
            }
            _ => match error {
                // The whole statement comes with the message.
                rusqlite::Error::SqlInputError { msg, .. } => self.findings.not_examined(part, &msg),
                error => self.findings.not_examined(part, &error.to_string()),
            },
        }
        None
    }

    fn examine_integrity(&mut self) -> rusqlite::Result<()> {
        // The same words may come for each row.
        for messages in integrity(self.connection)?.chunk_by(|one, other| one == other) {
            let message = &messages[0];
            // SQLite names the index last.
            let index = message.rsplit_once(" index ").map(|(_, index)| index.to_owned());
            let problem = Problem::error(match messages.len() {
                1 => message.clone(),
                times => format!("{message} ({times} times)"),
            });
            let (phase, problem) = match index {
                Some(index) if index.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                    (Phase::Indexes, problem.repaired_by(format!("REINDEX {index};")))
                }
                // Rows that break a CHECK rule come again, one by one, as rows that are no entities.
                _ => (Phase::Rows, problem),
            };
            self.findings.add(phase, problem);
        }
        Ok(())
    }

    /// Whether the row that tells this file from its copies is there, and no mark of an unfinished copy.
    fn examine_identity(&mut self, gaps: &Gaps) -> rusqlite::Result<()> {
        if gaps.has_no_table("kept_units") {
            return Ok(());
        }
        if self.connection.query_row(unfinished_copy::COUNT_IN_SQLITE, [], |row| row.get::<_, i64>(0))? > 0 {
            self.findings.add(Phase::Settings, Problem::error(unfinished_copy::MESSAGE));
        }
        let sql = "SELECT count(*) FROM kept_units WHERE number = 0";
        if self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))? != 1 {
            let message = "kept_units has no row that tells this store from its copies, so the outcome of a commit \
                cannot be asked for";
            let repair = "INSERT INTO kept_units VALUES (0, lower(hex(randomblob(8))));";
            self.findings.add(Phase::Rows, Problem::error(message).repaired_by(repair));
        }
        Ok(())
    }

    /// Compares the sequence of a table, if it has one, with its last row: SQLite goes on from the greater of both, so
    /// one that is behind gives the number of a deleted row to another.
    fn examine_sequence(&mut self, table: &str) -> rusqlite::Result<()> {
        let sql = format!(
            "SELECT (SELECT max(seq) FROM {table}), (SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}')
             WHERE (SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE type = 'table' AND name = '{table}')"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else { return Ok(()) };
        let (last, sequence): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
        if last > sequence {
            let at = sequence.map_or_else(|| "absent".to_owned(), |sequence| format!("at {sequence}"));
            let message = format!(
                "the sequence of {table} is behind: it is {at}, but the last row has {}",
                last.unwrap_or_default()
            );
            let problem = Problem::error(message)
                .repaired_by(format!("DELETE FROM sqlite_sequence WHERE name = '{table}';"))
                .repaired_by(format!("INSERT INTO sqlite_sequence SELECT '{table}', max(seq) FROM {table};"));
            self.findings.add(Phase::Sequences, problem);
        }
        Ok(())
    }
}

/// The number of entities of each kind that the file holds.
pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Vec<(EntityKind, u64)>> {
    let count = |(kind, table)| {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok((kind, count.unsigned_abs()))
    };
    TABLES.into_iter().map(count).collect()
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<Fact> {
    connection.pragma_query_value(None, name, |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Integer(number) => number.into(),
            other => other.as_str()?.into(),
        })
    })
}

/// What SQLite finds wrong with the file.
fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    connection.pragma_query(None, "integrity_check", |row| {
        let line: String = row.get(0)?;
        if line != "ok" {
            problems.push(line);
        }
        Ok(())
    })?;
    Ok(problems)
}

/// What is wrong with the pages and references of a file.
pub(super) fn problems(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems = integrity(connection)?;
    connection.pragma_query(None, "foreign_key_check", |row| {
        let (table, seq, parent): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        problems.push(format!("row {seq} of {table} refers to a row of {parent} that is not there"));
        Ok(())
    })?;
    Ok(problems)
}
