//! One who has a connection to itself, and waits for others in SQLite's own way.

use super::connect;
use super::statements::{
    BY_STATUS, BY_WORKFLOW, GET, executions, insert_boundary, insert_entries, insert_execution, insert_file,
    insert_result, run, update_execution,
};
use crate::client::Client;
use crate::failure::Outcome;
use crate::samples::Run;
use async_trait::async_trait;
use rusqlite::Connection;
use std::path::Path;
use wtb_config::Synchronous;
use wtb_domain::{AuditEntry, Execution, ExecutionId, ExecutionStatus, Json, WorkflowId};

/// A program with one connection. Its calls block the thread.
pub(crate) struct RawClient {
    connection: Connection,
}

impl RawClient {
    /// A client of the file.
    pub(crate) fn connect(file: &Path, synchronous: Synchronous) -> Outcome<Self> {
        Ok(Self { connection: connect(file, synchronous)? })
    }

    /// Does something in a transaction.
    fn within<T>(&self, begin: &str, work: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        run(&self.connection, begin)?;
        let answer = work(&self.connection)?;
        run(&self.connection, "COMMIT")?;
        Ok(answer)
    }

    fn write<T>(&self, work: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        self.within("BEGIN IMMEDIATE", work)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        self.within("BEGIN", work)
    }

    fn get(&self, ids: &[ExecutionId]) -> Outcome<usize> {
        self.read(|connection| {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(executions(connection, GET, id.as_str())?);
            }
            Ok(found.len())
        })
    }
}

#[async_trait]
impl Client for RawClient {
    async fn add(&mut self, execution: Execution) -> Outcome<()> {
        self.write(|connection| insert_execution(connection, &execution))
    }

    async fn append(&mut self, execution: &ExecutionId, entries: Vec<AuditEntry>) -> Outcome<()> {
        self.write(|connection| insert_entries(connection, execution, &entries))
    }

    async fn get_each(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        self.get(ids)
    }

    /// In SQLite there is no faster way than to ask one by one.
    async fn get_all(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        self.get(ids)
    }

    async fn list_by_workflow(&mut self, workflow: &WorkflowId) -> Outcome<usize> {
        self.read(|connection| Ok(executions(connection, BY_WORKFLOW, workflow.as_str())?.len()))
    }

    async fn list_running(&mut self) -> Outcome<usize> {
        let running = ExecutionStatus::Running.as_str();
        self.read(|connection| Ok(executions(connection, BY_STATUS, running)?.len()))
    }

    async fn change(&mut self, id: &ExecutionId, status: ExecutionStatus, state: Json) -> Outcome<()> {
        self.write(|connection| {
            let found = executions(connection, GET, id.as_str())?.pop();
            let mut execution = found.ok_or("the execution is not there")?;
            status.as_str().clone_into(&mut execution.status);
            state.as_str().clone_into(&mut execution.state);
            update_execution(connection, &execution)
        })
    }

    async fn record(&mut self, of: Run) -> Outcome<()> {
        self.write(|connection| {
            insert_execution(connection, &of.execution)?;
            of.boundaries.iter().try_for_each(|boundary| insert_boundary(connection, boundary))?;
            of.files.iter().try_for_each(|file| insert_file(connection, file))?;
            of.results.iter().try_for_each(|result| insert_result(connection, result))?;
            insert_entries(connection, &of.execution.id, &of.entries)
        })
    }
}
