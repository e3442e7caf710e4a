//! Databases of the Python system for tests.

use super::{Interpretation, Mapped, Times, map};
use crate::import::source::SqliteSource;
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use rusqlite::Connection;

/// The tables of the first form that has all of them, without the checks and keys that would refuse odd rows.
pub(super) const OLD: &str = "
    CREATE TABLE wtb_workflows (id VARCHAR(64), name VARCHAR(255), description TEXT, definition TEXT,
        version VARCHAR(50), created_at DATETIME, updated_at DATETIME, metadata TEXT);
    CREATE TABLE wtb_executions (id VARCHAR(64), workflow_id VARCHAR(64), status VARCHAR(20),
        current_node_id VARCHAR(255), initial_state TEXT, current_state TEXT, execution_path TEXT,
        agentgit_session_id INTEGER, agentgit_checkpoint_id INTEGER, started_at DATETIME, completed_at DATETIME,
        created_at DATETIME, error_message TEXT, error_node_id VARCHAR(255), breakpoints TEXT, metadata TEXT);
    CREATE TABLE wtb_node_boundaries (id INTEGER PRIMARY KEY, execution_id VARCHAR(64),
        internal_session_id INTEGER, node_id VARCHAR(255), entry_checkpoint_id INTEGER,
        exit_checkpoint_id INTEGER, node_status VARCHAR(20), started_at DATETIME, completed_at DATETIME,
        tool_count INTEGER, checkpoint_count INTEGER, duration_ms INTEGER, error_message TEXT, error_details TEXT);
    CREATE TABLE wtb_checkpoint_files (id INTEGER PRIMARY KEY, checkpoint_id INTEGER, file_commit_id VARCHAR(64),
        file_count INTEGER, total_size_bytes INTEGER, created_at DATETIME);
    CREATE TABLE wtb_node_variants (id VARCHAR(64), workflow_id VARCHAR(64), original_node_id VARCHAR(255),
        variant_name VARCHAR(255), description TEXT, variant_definition TEXT, is_active BOOLEAN,
        created_at DATETIME, metadata TEXT);
    CREATE TABLE wtb_evaluation_results (id VARCHAR(64), execution_id VARCHAR(64), batch_test_id VARCHAR(64),
        evaluator_name VARCHAR(255), evaluator_version VARCHAR(50), overall_score FLOAT, passed BOOLEAN,
        metrics TEXT, details TEXT, raw_output TEXT, evaluated_at DATETIME, evaluation_duration_ms INTEGER,
        metadata TEXT);
    CREATE TABLE wtb_audit_logs (id INTEGER PRIMARY KEY, execution_id VARCHAR(64), node_id VARCHAR(255),
        timestamp DATETIME, event_type VARCHAR(50), severity VARCHAR(20), message TEXT, details TEXT, error TEXT,
        duration_ms FLOAT, created_at DATETIME);";

/// Everything in a database that these statements make.
pub(super) fn mapped(statements: &[&str]) -> Mapped {
    mapped_with(false, statements)
}

/// The same, with NaN in documents as `null` or refused.
pub(super) fn mapped_with(nan_as_null: bool, statements: &[&str]) -> Mapped {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wtb.db");
    let connection = Connection::open(&path).unwrap();
    for statement in statements {
        connection.execute_batch(statement).unwrap();
    }
    connection.close().unwrap();
    let source = SqliteSource::open(&path).unwrap();
    let interpretation = Interpretation { times: Times::in_zone(TimeZone::UTC), nan_as_null };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(map(source, &interpretation, &ProgressBar::hidden())).unwrap()
}

/// What is stored in another form, as table.column, how and number.
pub(super) fn adjusted(mapped: &Mapped) -> Vec<(String, &'static str, u64)> {
    let shown = |it: &super::Adjusted| (format!("{}.{}", it.table, it.column), it.how, it.values);
    mapped.found.adjusted.iter().map(shown).collect()
}

/// The rows that are refused, as they are shown.
pub(super) fn refusals(mapped: &Mapped) -> Vec<String> {
    mapped.found.invalid.iter().map(ToString::to_string).collect()
}
