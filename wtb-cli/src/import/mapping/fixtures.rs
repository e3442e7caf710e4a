//! Databases of the Python system for tests.

use super::{
    AuditLogs, EvaluationResults, Executions, Files, Found, Interpretation, Links, NodeBoundaries,
    NodeVariants, Pass, Take, Times, Workflows,
};
use crate::failure::{CliError, CliResult};
use crate::import::source::SqliteSource;
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use wtb_config::BoxFuture;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

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

/// Everything that a source holds.
#[derive(Default)]
pub(super) struct Mapped {
    pub(super) workflows: Vec<Workflow>,
    pub(super) executions: Vec<Execution>,
    pub(super) node_boundaries: Vec<NodeBoundary>,
    pub(super) checkpoint_files: Vec<CheckpointFile>,
    pub(super) node_variants: Vec<NodeVariant>,
    pub(super) evaluation_results: Vec<EvaluationResult>,
    pub(super) audit_entries: Vec<AuditEntry>,
    found: Option<Found>,
}

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
    let interpretation = Interpretation { times: Times::in_zone(TimeZone::UTC), nan_as_null };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut source = runtime.block_on(SqliteSource::open(&path)).unwrap();
    let progress = ProgressBar::hidden();
    let pass = Pass::new(&mut source, &interpretation, &progress).unwrap();
    runtime.block_on(all(pass)).unwrap()
}

async fn all(mut pass: Pass<'_>) -> CliResult<Mapped> {
    let mut mapped = Mapped::default();
    pass.table(Workflows, &mut mapped).await?;
    pass.table(Executions, &mut mapped).await?;
    pass.table(NodeBoundaries, &mut mapped).await?;
    pass.table(Files, &mut mapped).await?;
    pass.table(NodeVariants, &mut mapped).await?;
    pass.table(Links, &mut mapped).await?;
    pass.table(EvaluationResults, &mut mapped).await?;
    pass.table(AuditLogs, &mut mapped).await?;
    mapped.found = Some(pass.finish().await?);
    Ok(mapped)
}

macro_rules! takes {
    ($($entity:ident into $list:ident,)+) => {$(
        impl Take<$entity> for Mapped {
            type Error = CliError;

            fn take<'t>(
                &'t mut self,
                batch: Vec<(String, $entity)>,
                _found: &'t mut Found,
            ) -> BoxFuture<'t, CliResult<()>> {
                self.$list.extend(batch.into_iter().map(|(_, entity)| entity));
                Box::pin(std::future::ready(Ok(())))
            }
        }
    )+};
}

takes! {
    Workflow into workflows,
    Execution into executions,
    NodeBoundary into node_boundaries,
    CheckpointFile into checkpoint_files,
    NodeVariant into node_variants,
    EvaluationResult into evaluation_results,
    AuditEntry into audit_entries,
}

impl Mapped {
    /// What else was found.
    pub(super) fn found(&self) -> &Found {
        self.found.as_ref().unwrap()
    }
}

/// What is stored in another form, as table.column, how and number.
pub(super) fn adjusted(mapped: &Mapped) -> Vec<(String, &'static str, u64)> {
    let shown = |it: &super::Adjusted| (format!("{}.{}", it.table, it.column), it.how, it.values);
    mapped.found().adjusted.iter().map(shown).collect()
}

/// The rows that are refused, as they are shown.
pub(super) fn refusals(mapped: &Mapped) -> Vec<String> {
    mapped.found().left_out.rows.iter().map(ToString::to_string).collect()
}
