//! Our stores, through the ports that every application uses.

use crate::client::Client;
use crate::failure::Outcome;
use crate::samples::Run;
use async_trait::async_trait;
use std::sync::Arc;
use wtb_domain::{AuditEntry, Execution, ExecutionId, ExecutionStatus, Json, WorkflowId};
use wtb_ports::{PageLimit, PageRequest, UnitOfWorkFactory};

/// A list is one page.
const LIST: PageRequest = PageRequest::first(match PageLimit::new(1_000) {
    Ok(limit) => limit,
    Err(_) => PageLimit::MAX,
});

/// One of those who share a store.
pub(crate) struct OurClient {
    store: Arc<dyn UnitOfWorkFactory>,
    one_by_one: bool,
}

impl OurClient {
    /// A client of a store.
    pub(crate) fn new(store: Arc<dyn UnitOfWorkFactory>) -> Self {
        Self { store, one_by_one: false }
    }

    /// The same, asking for one execution after another where others ask for all at once.
    pub(crate) fn one_by_one(self) -> Self {
        Self { one_by_one: true, ..self }
    }
}

#[async_trait]
impl Client for OurClient {
    async fn add(&mut self, execution: Execution) -> Outcome<()> {
        let mut unit = self.store.begin().await?;
        unit.executions().add(execution).await?;
        Ok(unit.commit().await?)
    }

    async fn append(&mut self, execution: &ExecutionId, entries: Vec<AuditEntry>) -> Outcome<()> {
        let mut unit = self.store.begin().await?;
        unit.audit_logs().append_logs(Some(execution), entries).await?;
        Ok(unit.commit().await?)
    }

    async fn get_each(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        let mut unit = self.store.begin_read().await?;
        let mut found = 0;
        for id in ids {
            found += usize::from(unit.executions().get_by_id(id).await?.is_some());
        }
        unit.rollback().await?;
        Ok(found)
    }

    async fn get_all(&mut self, ids: &[ExecutionId]) -> Outcome<usize> {
        if self.one_by_one {
            return self.get_each(ids).await;
        }
        let mut unit = self.store.begin_read().await?;
        let found = unit.executions().get_by_ids(ids).await?.len();
        unit.rollback().await?;
        Ok(found)
    }

    async fn list_by_workflow(&mut self, workflow: &WorkflowId) -> Outcome<usize> {
        let mut unit = self.store.begin_read().await?;
        let found = unit.executions().get_by_workflow(workflow, LIST).await?.items.len();
        unit.rollback().await?;
        Ok(found)
    }

    async fn list_running(&mut self) -> Outcome<usize> {
        let mut unit = self.store.begin_read().await?;
        let found = unit.executions().get_running(LIST).await?.items.len();
        unit.rollback().await?;
        Ok(found)
    }

    async fn change(&mut self, id: &ExecutionId, status: ExecutionStatus, state: Json) -> Outcome<()> {
        let mut unit = self.store.begin().await?;
        let mut execution = unit.executions().get_by_id(id).await?.ok_or("the execution is not there")?;
        execution.status = status;
        execution.state = state;
        unit.executions().update(execution).await?;
        Ok(unit.commit().await?)
    }

    async fn record(&mut self, run: Run) -> Outcome<()> {
        let mut unit = self.store.begin().await?;
        let execution = run.execution.id.clone();
        unit.executions().add(run.execution).await?;
        unit.node_boundaries().add_all(run.boundaries).await?;
        unit.checkpoint_files().add_all(run.files).await?;
        unit.evaluation_results().add_all(run.results).await?;
        unit.audit_logs().append_logs(Some(&execution), run.entries).await?;
        Ok(unit.commit().await?)
    }
}
