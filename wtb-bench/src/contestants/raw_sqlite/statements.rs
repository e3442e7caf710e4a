//! What a program says to SQLite: the texts, and binding and reading the rows.

use crate::contestants::raw_execution::{RawExecution, execution_columns};
use crate::failure::Outcome;
use rusqlite::{Connection, Row, ToSql, params, params_from_iter};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionId, NodeBoundary, Timestamp,
};

/// Audit entries in one insert.
const ENTRIES: usize = 100;

const INSERT_EXECUTION: &str = concat!(
    "INSERT INTO executions (",
    execution_columns!(),
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
);
const UPDATE_EXECUTION: &str = "UPDATE executions SET revision = ?, workflow_id = ?, status = ?, session_id = ?, \
     checkpoint_id = ?, current_node = ?, created_at = ?, started_at = ?, completed_at = ?, error_node = ?, \
     error_message = ?, execution_path = ?, breakpoints = ?, metadata = ?, initial_state = ?, state = ? \
     WHERE id = ? AND revision = ?";
const INSERT_BOUNDARY: &str = "INSERT INTO node_boundaries (id, revision, execution_id, session_id, node_id, \
     attempt, status, entry_checkpoint_id, exit_checkpoint_id, started_at, completed_at) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_FILE: &str = "INSERT INTO checkpoint_files (id, revision, checkpoint_id, file_commit_id, file_count, \
     total_size_bytes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
const INSERT_RESULT: &str = "INSERT INTO evaluation_results (id, revision, execution_id, evaluator_name, \
     evaluator_version, score, passed, evaluated_at, duration_ns, metrics, details, raw_output, metadata) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const ENTRY_COLUMNS: usize = 9;

pub(super) const GET: &str = concat!("SELECT ", execution_columns!(), " FROM executions WHERE id = ?");
pub(super) const BY_WORKFLOW: &str = concat!(
    "SELECT ",
    execution_columns!(),
    " FROM executions WHERE workflow_id = ? ORDER BY seq LIMIT 1000"
);
pub(super) const BY_STATUS: &str =
    concat!("SELECT ", execution_columns!(), " FROM executions WHERE status = ? ORDER BY seq LIMIT 1000");

/// Runs a statement without parameters.
pub(super) fn run(connection: &Connection, text: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(text)?.execute([]).map(drop)
}

pub(super) fn insert_execution(connection: &Connection, execution: &Execution) -> Outcome<()> {
    connection.prepare_cached(INSERT_EXECUTION)?.execute(params![
        execution.id.as_str(),
        execution.revision.get(),
        execution.workflow_id.as_str(),
        execution.status.as_str(),
        execution.session_id.as_ref().map(AsRef::<str>::as_ref),
        execution.checkpoint_id.as_ref().map(AsRef::<str>::as_ref),
        execution.current_node.as_ref().map(AsRef::<str>::as_ref),
        execution.created_at.as_micros(),
        execution.started_at.map(Timestamp::as_micros),
        execution.completed_at.map(Timestamp::as_micros),
        None::<&str>,
        None::<&str>,
        serde_json::to_string(&execution.execution_path)?,
        serde_json::to_string(&execution.breakpoints)?,
        execution.metadata.as_str(),
        execution.initial_state.as_str(),
        execution.state.as_str(),
    ])?;
    Ok(())
}

/// Writes all of an execution over what has the revision before it.
pub(super) fn update_execution(connection: &Connection, execution: &RawExecution) -> Outcome<()> {
    let changed = connection.prepare_cached(UPDATE_EXECUTION)?.execute(params![
        execution.revision + 1,
        execution.workflow_id,
        execution.status,
        execution.session_id,
        execution.checkpoint_id,
        execution.current_node,
        execution.created_at,
        execution.started_at,
        execution.completed_at,
        execution.error_node,
        execution.error_message,
        execution.execution_path,
        execution.breakpoints,
        execution.metadata,
        execution.initial_state,
        execution.state,
        execution.id,
        execution.revision,
    ])?;
    if changed == 1 { Ok(()) } else { Err("the execution was changed by somebody else".into()) }
}

/// The executions that a statement finds.
pub(super) fn executions(
    connection: &Connection,
    text: &str,
    wanted: &str,
) -> rusqlite::Result<Vec<RawExecution>> {
    let mut statement = connection.prepare_cached(text)?;
    statement.query_map([wanted], execution)?.collect()
}

fn execution(row: &Row<'_>) -> rusqlite::Result<RawExecution> {
    Ok(RawExecution {
        id: row.get(0)?,
        revision: row.get(1)?,
        workflow_id: row.get(2)?,
        status: row.get(3)?,
        session_id: row.get(4)?,
        checkpoint_id: row.get(5)?,
        current_node: row.get(6)?,
        created_at: row.get(7)?,
        started_at: row.get(8)?,
        completed_at: row.get(9)?,
        error_node: row.get(10)?,
        error_message: row.get(11)?,
        execution_path: row.get(12)?,
        breakpoints: row.get(13)?,
        metadata: row.get(14)?,
        initial_state: row.get(15)?,
        state: row.get(16)?,
    })
}

pub(super) fn insert_boundary(connection: &Connection, boundary: &NodeBoundary) -> Outcome<()> {
    connection.prepare_cached(INSERT_BOUNDARY)?.execute(params![
        boundary.id.as_str(),
        boundary.revision.get(),
        boundary.execution_id.as_str(),
        boundary.session_id.as_str(),
        boundary.node_id.as_str(),
        boundary.attempt.get(),
        boundary.status.as_str(),
        boundary.entry_checkpoint_id.as_ref().map(AsRef::<str>::as_ref),
        boundary.exit_checkpoint_id.as_ref().map(AsRef::<str>::as_ref),
        boundary.started_at.map(Timestamp::as_micros),
        boundary.completed_at.map(Timestamp::as_micros),
    ])?;
    Ok(())
}

pub(super) fn insert_file(connection: &Connection, file: &CheckpointFile) -> Outcome<()> {
    connection.prepare_cached(INSERT_FILE)?.execute(params![
        file.id.as_str(),
        file.revision.get(),
        file.checkpoint_id.as_str(),
        file.file_commit_id.as_str(),
        i64::try_from(file.file_count)?,
        i64::try_from(file.total_size_bytes)?,
        file.created_at.as_micros(),
    ])?;
    Ok(())
}

pub(super) fn insert_result(connection: &Connection, result: &EvaluationResult) -> Outcome<()> {
    connection.prepare_cached(INSERT_RESULT)?.execute(params![
        result.id.as_str(),
        result.revision.get(),
        result.execution_id.as_str(),
        result.evaluator_name,
        result.evaluator_version,
        result.score,
        result.passed,
        result.evaluated_at.as_micros(),
        i64::try_from(result.duration.as_nanos())?,
        serde_json::to_string(&result.metrics)?,
        result.details,
        result.raw_output.as_ref().map(AsRef::<str>::as_ref),
        result.metadata.as_str(),
    ])?;
    Ok(())
}

/// Inserts entries, 100 in a statement.
pub(super) fn insert_entries(
    connection: &Connection,
    execution: &ExecutionId,
    entries: &[AuditEntry],
) -> Outcome<()> {
    for entries in entries.chunks(ENTRIES) {
        let mut values: Vec<&dyn ToSql> = Vec::with_capacity(ENTRIES * ENTRY_COLUMNS);
        let owned: Vec<_> = entries.iter().map(owned).collect::<Outcome<_>>()?;
        let execution = execution.as_str();
        for (entry, owned) in entries.iter().zip(&owned) {
            let columns: [&dyn ToSql; ENTRY_COLUMNS] = [
                &owned.timestamp,
                &owned.event_type,
                &owned.severity,
                &execution,
                &owned.node,
                &owned.duration,
                &entry.message,
                &owned.details,
                &entry.error,
            ];
            values.extend(columns);
        }
        connection.prepare_cached(&entries_text(entries.len()))?.execute(params_from_iter(&values))?;
    }
    Ok(())
}

/// Values that are bound by reference and are no fields of an entry.
struct EntryValues<'a> {
    timestamp: i64,
    event_type: &'a str,
    severity: &'a str,
    node: Option<&'a str>,
    duration: Option<i64>,
    details: &'a str,
}

fn owned(entry: &AuditEntry) -> Outcome<EntryValues<'_>> {
    let duration = entry.duration.map(|duration| i64::try_from(duration.as_nanos())).transpose()?;
    Ok(EntryValues {
        timestamp: entry.timestamp.as_micros(),
        event_type: entry.event_type.as_str(),
        severity: entry.severity.as_str(),
        node: entry.node_id.as_ref().map(AsRef::as_ref),
        duration,
        details: entry.details.as_str(),
    })
}

fn entries_text(rows: usize) -> String {
    let columns =
        "timestamp, event_type, severity, execution_id, node_id, duration_ns, message, details, error";
    format!(
        "INSERT INTO audit_logs ({columns}) VALUES {}",
        vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?)"; rows].join(", ")
    )
}
