//! What an operator wants to know about a file.

use super::SqliteStore;
use super::connection::open_writer;
use super::options::Synchronous;
use crate::Diagnosis;
use crate::failure::Failure;
use crate::tables::TABLES;
use rusqlite::Connection;
use wtb_domain::EntityKind;
use wtb_ports::{StoreError, StoreResult};

/// What is told about the file, by the connections that read.
const PRAGMAS: [&str; 6] =
    ["journal_mode", "encoding", "foreign_keys", "page_size", "page_count", "freelist_count"];

impl SqliteStore {
    /// Looks at the whole file, which takes a while when it is large.
    ///
    /// # Errors
    /// As for any read, also when the file is too damaged to count its rows; lesser damage is a problem in the answer.
    pub async fn diagnose(&self) -> StoreResult<Diagnosis> {
        let path = self.shared.path.clone();
        let looked = tokio::task::spawn_blocking(move || {
            // A connection that SQLite opens to read only does not check the rules of rows.
            let connection = open_writer(&path, false)?;
            connection.pragma_update(None, "query_only", true)?;
            look(&connection)
        });
        let operation = "diagnose";
        let looked = looked.await.map_err(|error| StoreError::Backend { operation, source: error.into() })?;
        let mut diagnosis =
            looked.map_err(|error: rusqlite::Error| Failure::from(error).during(operation))?;
        let synchronous = match self.shared.options.synchronous {
            Synchronous::Full => "FULL, one write to the disk for all who commit together",
            Synchronous::Normal => "NORMAL",
        };
        diagnosis.facts.push(("synchronous", synchronous.to_owned()));
        Ok(diagnosis)
    }
}

fn look(connection: &Connection) -> rusqlite::Result<Diagnosis> {
    let version = connection.query_row("SELECT max(version) FROM schema_migrations", [], |row| row.get(0));
    Ok(Diagnosis {
        schema_version: version?,
        facts: PRAGMAS
            .into_iter()
            .map(|name| Ok((name, pragma(connection, name)?)))
            .collect::<rusqlite::Result<_>>()?,
        counts: counts(connection)?,
        problems: problems(connection)?,
    })
}

/// How many of each entity the file holds.
pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Vec<(EntityKind, u64)>> {
    let count = |(kind, table)| {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok((kind, count.unsigned_abs()))
    };
    TABLES.into_iter().map(count).collect()
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    connection.pragma_query_value(None, name, |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    })
}

/// What is wrong with the file, in words.
pub(super) fn problems(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    connection.pragma_query(None, "integrity_check", |row| {
        let line: String = row.get(0)?;
        if line != "ok" {
            problems.push(line);
        }
        Ok(())
    })?;
    connection.pragma_query(None, "foreign_key_check", |row| {
        let (table, seq, parent): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        problems.push(format!("row {seq} of {table} refers to a row of {parent} that is not there"));
        Ok(())
    })?;
    Ok(problems)
}
