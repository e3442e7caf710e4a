//! A store and a database of the Python system with large rows.

use crate::proof::Failure;
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_contract::samples;
use wtb_domain::{
    AuditEntry, EvaluationResult, Execution, ExecutionError, ExecutionId, ExecutionStatus, Json,
    NodeBoundary, NodeBoundaryError,
};
use wtb_ports::{StoreResult, UnitOfWork, UnitOfWorkFactory};

/// The bytes of a large document or text.
pub(super) const ROW_BYTES: usize = 20 << 20;
/// What a command may take, in bytes: 64 MB and three times the largest row. Half a row more is a margin, because
/// the largest peak of a run was between 119 and 125 MB.
pub(super) const MOST: u64 = (64 << 20) + 7 * ROW_BYTES as u64 / 2;
/// The workflow of all executions.
pub(super) const WORKFLOW: &str = "large";
/// Entries of the log of the first execution.
const ENTRIES: usize = 100_000;
/// Large texts of each kind.
const TEXTS: usize = 7;
/// A database of the Python system.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/python-wtb.db");

/// The id of an execution.
pub(super) fn execution_id(number: usize) -> ExecutionId {
    samples::execution(&format!("{number}{number}"), &samples::workflow(WORKFLOW)).id
}

/// Fills a new store with so many large executions, and a long log.
///
/// # Errors
/// `Unable` if it cannot be filled.
pub(super) async fn fill(file: &Path, rows: usize) -> Result<(), Failure> {
    let store = sqlite::open(SqliteOptions::new(file)).await.map_err(Failure::unable)?;
    let mut unit = store.begin().await.map_err(Failure::unable)?;
    rows_of(&mut *unit, rows).await.map_err(Failure::unable)?;
    unit.commit().await.map_err(Failure::unable)
}

async fn rows_of(unit: &mut dyn UnitOfWork, rows: usize) -> StoreResult<()> {
    let workflow = unit.workflows().add(samples::workflow(WORKFLOW)).await?;
    let state = Json::new(format!("{{\"b\": \"{}\"}}", "x".repeat(ROW_BYTES)));
    for number in 0..rows {
        let execution = Execution {
            id: execution_id(number),
            state: state.clone(),
            status: ExecutionStatus::Running,
            ..samples::execution("", &workflow)
        };
        unit.executions().add(execution).await?;
    }
    let entries = vec![samples::audit_entry("one of many"); ENTRIES];
    unit.audit_logs().append_logs(Some(&execution_id(0)), entries).await
}

/// Fills a new store with an execution whose error is large, and with large texts of each kind that belong to it.
///
/// # Errors
/// `Unable` if it cannot be filled.
pub(super) async fn fill_texts(file: &Path) -> Result<(), Failure> {
    let store = sqlite::open(SqliteOptions::new(file)).await.map_err(Failure::unable)?;
    let mut unit = store.begin().await.map_err(Failure::unable)?;
    texts_of(&mut *unit).await.map_err(Failure::unable)?;
    unit.commit().await.map_err(Failure::unable)
}

async fn texts_of(unit: &mut dyn UnitOfWork) -> StoreResult<()> {
    // Lines of 83 bytes, each its own, with characters that are shown longer than they are stored.
    let line =
        |number: usize| format!("{number:040} {:040}\u{1b}\n", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let text: String = (0..ROW_BYTES / 83).map(line).collect();
    let text = || text.clone();
    let workflow = unit.workflows().add(samples::workflow(WORKFLOW)).await?;
    let execution = Execution {
        id: execution_id(0),
        error: Some(ExecutionError { message: text(), node: None }),
        ..samples::full_execution("", &workflow)
    };
    let execution = unit.executions().add(execution).await?;
    for name in (0..TEXTS).map(|text| text.to_string()) {
        let boundary = NodeBoundary {
            error: Some(NodeBoundaryError { message: text(), details: None }),
            ..samples::full_node_boundary(&name, &execution, &name)
        };
        unit.node_boundaries().add(boundary).await?;
        let result = EvaluationResult {
            details: Some(text()),
            ..samples::full_evaluation_result(&name, &execution, &name)
        };
        unit.evaluation_results().add(result).await?;
        let message = samples::full_audit_entry(&text(), &execution);
        let error = AuditEntry { error: Some(text()), ..samples::full_audit_entry("", &execution) };
        unit.audit_logs().append_logs(Some(&execution.id), vec![message, error]).await?;
    }
    Ok(())
}

/// Makes a database of the Python system whose first executions are so large.
///
/// # Errors
/// `Unable` if it cannot be made.
pub(super) fn fill_python(file: &Path, rows: usize) -> Result<(), Failure> {
    fs::copy(SAMPLE, file).map_err(Failure::unable)?;
    let database = Connection::open(file).map_err(Failure::unable)?;
    // Each byte is written as two digits.
    let state = format!("'{{\"b\": \"' || hex(zeroblob({})) || '\"}}'", ROW_BYTES / 2);
    let sql = format!("UPDATE wtb_executions SET current_state = {state} WHERE rowid <= {rows}");
    let changed = database.execute(&sql, ()).map_err(Failure::unable)?;
    if changed == rows {
        Ok(())
    } else {
        Err(Failure::unable(format!("the sample has {changed} rows of {rows}")))
    }
}
