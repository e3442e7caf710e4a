//! One who takes a connection from a pool for each transaction.

use super::copy::copy_entries;
use super::statements::{
    BY_STATUS, BY_WORKFLOW, GET, GET_ALL, execution, insert_boundaries, insert_entries, insert_execution,
    insert_files, insert_results, update_execution,
};
use crate::client::Client;
use crate::contestants::raw_execution::RawExecution;
use crate::failure::Outcome;
use crate::samples::Run;
use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Transaction, query};
use wtb_domain::{AuditEntry, Execution, ExecutionId, ExecutionStatus, Json, WorkflowId};

/// A unit of work sees one snapshot, so that of a program that does the same work does too.
const WRITE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// How a client appends many audit entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bulk {
    /// One array for each column.
    Unnest,
    /// Binary COPY.
    Copy,
}

/// One of those who share a pool.
pub(crate) struct RawClient {
    pool: PgPool,
    bulk: Bulk,
}

impl RawClient {
    /// So many clients of the database at `url`, with as many connections.
    pub(crate) async fn connect(url: &str, bulk: Bulk, count: usize) -> Outcome<Vec<Self>> {
        let size = u32::try_from(count)?;
        let options = PgPoolOptions::new().max_connections(size).min_connections(size);
        let pool = options.test_before_acquire(false).connect(url).await?;
        Ok((0..count).map(|_| Self { pool: pool.clone(), bulk }).collect())
    }

    async fn write(&self) -> Outcome<Transaction<'static, Postgres>> {
        Ok(self.pool.begin_with(WRITE).await?)
    }

    async fn list(&self, query: Query<'_, Postgres, PgArguments>) -> Outcome<usize> {
        let mut transaction = self.pool.begin_with(READ).await?;
        let found = read(&mut transaction, query).await?.len();
        transaction.commit().await?;
        Ok(found)
    }
}

/// Reads rows as they come.
async fn read(
    connection: &mut PgConnection,
    query: Query<'_, Postgres, PgArguments>,
) -> Outcome<Vec<RawExecution>> {
    let read = |row: PgRow| async move { execution(&row) };
    Ok(query.fetch(connection).and_then(read).try_collect().await?)
}

#[async_trait]
impl Client for RawClient {
    async fn add(&mut self, execution: Execution) -> Outcome<()> {
        let mut transaction = self.write().await?;
        insert_execution(&mut transaction, &execution).await?;
        Ok(transaction.commit().await?)
    }

    async fn append(&mut self, execution: &ExecutionId, entries: Vec<AuditEntry>) -> Outcome<()> {
        let mut transaction = self.write().await?;
        match self.bulk {
            Bulk::Unnest => insert_entries(&mut transaction, execution, &entries).await?,
            Bulk::Copy => copy_entries(&mut transaction, execution, &entries).await?,
        }
        Ok(transaction.commit().await?)
    }

    async fn get_each(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        let mut transaction = self.pool.begin_with(READ).await?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(
                query(GET).bind(id.as_str()).fetch_optional(&mut *transaction).await?.as_ref().map(execution),
            );
        }
        transaction.commit().await?;
        Ok(found.into_iter().collect::<Result<Vec<_>, _>>()?.len())
    }

    async fn get_all(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        let ids: Vec<_> = ids.iter().map(ExecutionId::as_str).collect();
        self.list(query(GET_ALL).bind(ids)).await
    }

    async fn list_by_workflow(&mut self, workflow: &WorkflowId) -> Outcome<usize> {
        self.list(query(BY_WORKFLOW).bind(workflow.as_str())).await
    }

    async fn list_running(&mut self) -> Outcome<usize> {
        self.list(query(BY_STATUS).bind(ExecutionStatus::Running.as_str())).await
    }

    async fn change(&mut self, id: &ExecutionId, status: ExecutionStatus, state: Json) -> Outcome<()> {
        let mut transaction = self.write().await?;
        let row = query(GET).bind(id.as_str()).fetch_one(&mut *transaction).await?;
        let mut execution = execution(&row)?;
        status.as_str().clone_into(&mut execution.status);
        state.as_str().clone_into(&mut execution.state);
        update_execution(&mut transaction, execution).await?;
        Ok(transaction.commit().await?)
    }

    async fn record(&mut self, of: Run) -> Outcome<()> {
        let mut transaction = self.write().await?;
        insert_execution(&mut transaction, &of.execution).await?;
        insert_boundaries(&mut transaction, &of.boundaries).await?;
        insert_files(&mut transaction, &of.files).await?;
        insert_results(&mut transaction, &of.results).await?;
        insert_entries(&mut transaction, &of.execution.id, &of.entries).await?;
        Ok(transaction.commit().await?)
    }
}
