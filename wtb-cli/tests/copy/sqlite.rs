//! Copies into a SQLite file.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::Bench;
use crate::cases::{self, copies_to};
use crate::place::Place;
use rusqlite::Connection;
use std::path::PathBuf;

/// A SQLite file.
pub(crate) struct SqliteFile {
    path: PathBuf,
}

impl SqliteFile {
    fn connect(&self) -> rusqlite::Result<Connection> {
        Connection::open(&self.path)
    }
}

impl Place for SqliteFile {
    async fn new(bench: &Bench) -> Self {
        Self { path: bench.path("folder/target.db") }
    }

    fn url(&self) -> String {
        format!("sqlite:///{}", self.path.display())
    }

    async fn is_there(&self) -> bool {
        self.path.parent().unwrap().exists()
    }

    async fn execute(&self, sql: &str) {
        self.connect().unwrap().execute_batch(sql).unwrap();
    }

    async fn number(&self, sql: &str) -> Option<i64> {
        self.connect().and_then(|connection| connection.query_row(sql, (), |row| row.get(0))).ok()
    }

    async fn stall_at(&self, entries: i64) {
        let endless =
            "(WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c)";
        self.execute(&format!(
            "CREATE TRIGGER stall BEFORE INSERT ON audit_logs
             WHEN (SELECT count(*) FROM audit_logs) = {entries} BEGIN SELECT {endless}; END"
        ))
        .await;
    }

    async fn go_on(&self) {
        self.execute("DROP TRIGGER stall").await;
    }
}

copies_to!(SqliteFile);
