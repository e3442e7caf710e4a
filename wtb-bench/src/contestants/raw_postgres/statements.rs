//! What a program says to PostgreSQL: the texts, and binding and reading the rows.

use super::values::{Document, Moment};
use crate::contestants::raw_execution::{RawExecution, execution_columns};
use crate::failure::Outcome;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Row, query};
use wtb_domain::{AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionId, NodeBoundary};

/// Audit entries in one insert: more than that take the server longer for each.
const ENTRIES: usize = 1_000;

const INSERT_EXECUTION: &str = concat!(
    "INSERT INTO executions (",
    execution_columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
);
const UPDATE_EXECUTION: &str = "UPDATE executions SET revision = $1, workflow_id = $2, status = $3, \
     session_id = $4, checkpoint_id = $5, current_node = $6, created_at = $7, started_at = $8, completed_at = $9, \
     error_node = $10, error_message = $11, execution_path = $12, breakpoints = $13, metadata = $14, \
     initial_state = $15, state = $16 WHERE id = $17 AND revision = $18";
const INSERT_BOUNDARIES: &str = "INSERT INTO node_boundaries (id, revision, execution_id, session_id, node_id, \
     attempt, status, entry_checkpoint_id, exit_checkpoint_id, started_at, completed_at) \
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], \
     $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])";
const INSERT_FILES: &str = "INSERT INTO checkpoint_files (id, revision, checkpoint_id, file_commit_id, file_count, \
     total_size_bytes, created_at) \
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], \
     $7::timestamptz[])";
const INSERT_RESULTS: &str = "INSERT INTO evaluation_results (id, revision, execution_id, evaluator_name, \
     evaluator_version, score, passed, evaluated_at, duration_ns, metrics, details, raw_output, metadata) \
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::bool[], \
     $8::timestamptz[], $9::bigint[], $10::json[], $11::text[], $12::json[], $13::json[])";
const INSERT_ENTRIES: &str = "INSERT INTO audit_logs (execution_id, timestamp, event_type, severity, node_id, \
     duration_ns, message, details, error) SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::text[], \
     $5::text[], $6::bigint[], $7::text[], $8::json[], $9::text[])";

pub(super) const GET: &str = concat!("SELECT ", execution_columns!(), " FROM executions WHERE id = $1");
pub(super) const GET_ALL: &str =
    concat!("SELECT ", execution_columns!(), " FROM executions WHERE id = ANY($1)");
// Where a column equals something, the planner may walk all rows in the order of seq instead of the index.
pub(super) const BY_WORKFLOW: &str = concat!(
    "SELECT ",
    execution_columns!(),
    " FROM executions WHERE workflow_id BETWEEN $1 AND $1 ORDER BY workflow_id, seq LIMIT 1000"
);
pub(super) const BY_STATUS: &str = concat!(
    "SELECT ",
    execution_columns!(),
    " FROM executions WHERE status BETWEEN $1 AND $1 ORDER BY status, seq LIMIT 1000"
);

pub(super) async fn insert_execution(connection: &mut PgConnection, execution: &Execution) -> Outcome<()> {
    query(INSERT_EXECUTION)
        .bind(execution.id.as_str())
        .bind(execution.revision.get())
        .bind(execution.workflow_id.as_str())
        .bind(execution.status.as_str())
        .bind(execution.session_id.as_ref().map(AsRef::<str>::as_ref))
        .bind(execution.checkpoint_id.as_ref().map(AsRef::<str>::as_ref))
        .bind(execution.current_node.as_ref().map(AsRef::<str>::as_ref))
        .bind(Moment::from(execution.created_at))
        .bind(execution.started_at.map(Moment::from))
        .bind(execution.completed_at.map(Moment::from))
        .bind(None::<&str>)
        .bind(None::<&str>)
        .bind(Document(serde_json::to_string(&execution.execution_path)?))
        .bind(Document(serde_json::to_string(&execution.breakpoints)?))
        .bind(Document(execution.metadata.as_str()))
        .bind(Document(execution.initial_state.as_str()))
        .bind(Document(execution.state.as_str()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes all of an execution over what has the revision before it.
pub(super) async fn update_execution(connection: &mut PgConnection, execution: RawExecution) -> Outcome<()> {
    let changed = query(UPDATE_EXECUTION)
        .bind(execution.revision + 1)
        .bind(execution.workflow_id)
        .bind(execution.status)
        .bind(execution.session_id)
        .bind(execution.checkpoint_id)
        .bind(execution.current_node)
        .bind(Moment(execution.created_at))
        .bind(execution.started_at.map(Moment))
        .bind(execution.completed_at.map(Moment))
        .bind(execution.error_node)
        .bind(execution.error_message)
        .bind(Document(execution.execution_path))
        .bind(Document(execution.breakpoints))
        .bind(Document(execution.metadata))
        .bind(Document(execution.initial_state))
        .bind(Document(execution.state))
        .bind(execution.id)
        .bind(execution.revision)
        .execute(connection)
        .await?;
    if changed.rows_affected() == 1 {
        Ok(())
    } else {
        Err("the execution was changed by somebody else".into())
    }
}

/// Reads a row.
pub(super) fn execution(row: &PgRow) -> Result<RawExecution, sqlx::Error> {
    let document = |column: usize| row.try_get(column).map(|Document(text)| text);
    let moment = |column: usize| {
        let moment: Option<Moment> = row.try_get(column)?;
        Ok::<_, sqlx::Error>(moment.map(|Moment(micros)| micros))
    };
    Ok(RawExecution {
        id: row.try_get(0)?,
        revision: row.try_get(1)?,
        workflow_id: row.try_get(2)?,
        status: row.try_get(3)?,
        session_id: row.try_get(4)?,
        checkpoint_id: row.try_get(5)?,
        current_node: row.try_get(6)?,
        created_at: row.try_get(7).map(|Moment(micros)| micros)?,
        started_at: moment(8)?,
        completed_at: moment(9)?,
        error_node: row.try_get(10)?,
        error_message: row.try_get(11)?,
        execution_path: document(12)?,
        breakpoints: document(13)?,
        metadata: document(14)?,
        initial_state: document(15)?,
        state: document(16)?,
    })
}

/// One column of several rows.
macro_rules! column {
    ($rows:ident, $row:ident => $cell:expr) => {
        $rows.iter().map(|$row| $cell).collect::<Vec<_>>()
    };
}

pub(super) async fn insert_boundaries(connection: &mut PgConnection, rows: &[NodeBoundary]) -> Outcome<()> {
    query(INSERT_BOUNDARIES)
        .bind(column!(rows, row => row.id.as_str()))
        .bind(column!(rows, row => row.revision.get()))
        .bind(column!(rows, row => row.execution_id.as_str()))
        .bind(column!(rows, row => row.session_id.as_str()))
        .bind(column!(rows, row => row.node_id.as_str()))
        .bind(column!(rows, row => i64::from(row.attempt.get())))
        .bind(column!(rows, row => row.status.as_str()))
        .bind(column!(rows, row => row.entry_checkpoint_id.as_ref().map(AsRef::<str>::as_ref)))
        .bind(column!(rows, row => row.exit_checkpoint_id.as_ref().map(AsRef::<str>::as_ref)))
        .bind(column!(rows, row => row.started_at.map(Moment::from)))
        .bind(column!(rows, row => row.completed_at.map(Moment::from)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_files(connection: &mut PgConnection, rows: &[CheckpointFile]) -> Outcome<()> {
    query(INSERT_FILES)
        .bind(column!(rows, row => row.id.as_str()))
        .bind(column!(rows, row => row.revision.get()))
        .bind(column!(rows, row => row.checkpoint_id.as_str()))
        .bind(column!(rows, row => row.file_commit_id.as_str()))
        .bind(column!(rows, row => row.file_count.cast_signed()))
        .bind(column!(rows, row => row.total_size_bytes.cast_signed()))
        .bind(column!(rows, row => Moment::from(row.created_at)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_results(connection: &mut PgConnection, rows: &[EvaluationResult]) -> Outcome<()> {
    let metrics: Result<Vec<_>, _> =
        rows.iter().map(|row| serde_json::to_string(&row.metrics).map(Document)).collect();
    let duration = |row: &EvaluationResult| i64::try_from(row.duration.as_nanos());
    query(INSERT_RESULTS)
        .bind(column!(rows, row => row.id.as_str()))
        .bind(column!(rows, row => row.revision.get()))
        .bind(column!(rows, row => row.execution_id.as_str()))
        .bind(column!(rows, row => row.evaluator_name.as_str()))
        .bind(column!(rows, row => row.evaluator_version.as_str()))
        .bind(column!(rows, row => row.score))
        .bind(column!(rows, row => row.passed))
        .bind(column!(rows, row => Moment::from(row.evaluated_at)))
        .bind(rows.iter().map(duration).collect::<Result<Vec<_>, _>>()?)
        .bind(metrics?)
        .bind(column!(rows, row => row.details.as_deref()))
        .bind(column!(rows, row => row.raw_output.as_ref().map(|output| Document(output.as_str()))))
        .bind(column!(rows, row => Document(row.metadata.as_str())))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_entries(
    connection: &mut PgConnection,
    execution: &ExecutionId,
    entries: &[AuditEntry],
) -> Outcome<()> {
    for rows in entries.chunks(ENTRIES) {
        query(INSERT_ENTRIES)
            .bind(execution.as_str())
            .bind(column!(rows, row => Moment::from(row.timestamp)))
            .bind(column!(rows, row => row.event_type.as_str()))
            .bind(column!(rows, row => row.severity.as_str()))
            .bind(column!(rows, row => row.node_id.as_ref().map(AsRef::<str>::as_ref)))
            .bind(rows.iter().map(nanoseconds).collect::<Outcome<Vec<_>>>()?)
            .bind(column!(rows, row => row.message.as_str()))
            .bind(column!(rows, row => Document(row.details.as_str())))
            .bind(column!(rows, row => row.error.as_deref()))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The duration of an entry as its column has it.
pub(super) fn nanoseconds(entry: &AuditEntry) -> Outcome<Option<i64>> {
    Ok(entry.duration.map(|duration| i64::try_from(duration.as_nanos())).transpose()?)
}
