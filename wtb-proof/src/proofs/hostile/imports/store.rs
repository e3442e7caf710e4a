//! What a store holds, read by hand.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Result};
use std::path::Path;

/// Its tables, and those of the Python system that go there whole.
pub(super) const TABLES: [(&str, &str, &str); 7] = [
    ("workflow", "workflows", "wtb_workflows"),
    ("execution", "executions", "wtb_executions"),
    ("node boundary", "node_boundaries", "wtb_node_boundaries"),
    ("checkpoint file", "checkpoint_files", "wtb_checkpoint_files"),
    ("node variant", "node_variants", "wtb_node_variants"),
    ("evaluation result", "evaluation_results", "wtb_evaluation_results"),
    ("audit entry", "audit_logs", "wtb_audit_logs"),
];

/// Every row of a store, which is whole; nothing if there is no file.
pub(super) fn content(path: &Path) -> std::result::Result<Vec<String>, String> {
    if path.exists() {
        rows(path).map_err(|error| format!("the store cannot be read: {error}"))?
    } else {
        Ok(Vec::new())
    }
}

type Rows = std::result::Result<Vec<String>, String>;

fn rows(path: &Path) -> Result<Rows> {
    let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let health: String = store.query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
    let dangling: i64 =
        store.query_row("SELECT count(*) FROM pragma_foreign_key_check", (), |row| row.get(0))?;
    if health != "ok" || dangling > 0 {
        return Ok(Err(format!("the store is damaged: {health}, {dangling} dangling references")));
    }
    let mut lines = Vec::new();
    for (_, table, _) in TABLES {
        let mut statement = store.prepare(&format!("SELECT * FROM {table} ORDER BY seq"))?;
        let columns = statement.column_count();
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let values: Vec<Value> = (0..columns).map(|at| row.get(at)).collect::<Result<_>>()?;
            lines.push(format!("{table} {values:?}"));
        }
    }
    Ok(Ok(lines))
}

/// Instructions of SQLite's machine after which a statement is given up: many times what the largest table takes.
const STEPS: i32 = 10_000_000;

/// Gives up statements that would never end: a hostile file may have an endless view in place of a table.
pub(super) fn end_the_endless(database: &mut Connection) -> Result<()> {
    database.progress_handler(STEPS, Some(|| true))
}

/// How many rows a table of the Python system has, if it can be read and is not an endless view of that name.
pub(super) fn count(python: &Path, table: &str) -> Option<u64> {
    let mut python = Connection::open_with_flags(python, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    end_the_endless(&mut python).ok()?;
    // An index may be damaged in another way than its table.
    let sql = format!("SELECT count(*) FROM {table} NOT INDEXED");
    python.query_row(&sql, (), |row| row.get::<_, i64>(0)).ok().and_then(|count| u64::try_from(count).ok())
}

/// Changes something in a store, if there is one.
pub(super) fn spoil(path: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    if let Ok(store) = Connection::open_with_flags(path, flags) {
        // A store without tables cannot be spoiled.
        drop(store.execute_batch("UPDATE workflows SET revision = revision + 1"));
    }
}
