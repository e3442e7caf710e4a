//! SQLite through rusqlite alone: cached prepared statements, the write-ahead log, many rows in one statement.

mod client;
mod statements;
mod writer;

pub(super) use client::RawClient;
pub(super) use writer::SharingClient;

use crate::failure::Outcome;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;
use wtb_config::Synchronous;

/// A connection as a careful program opens it.
fn connect(file: &Path, synchronous: Synchronous) -> Outcome<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_mins(1))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous.as_str())?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
