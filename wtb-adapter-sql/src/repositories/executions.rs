//! Stores executions.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::executions::{BY_STATUS, BY_WORKFLOW};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{Execution, ExecutionId, ExecutionStatus, WorkflowId};
use wtb_ports::{ExecutionRepository, Page, PageRequest, StoreResult};

repository! { ExecutionRepository of Execution by ExecutionId {
    async fn get_by_workflow(
        &mut self,
        workflow_id: &WorkflowId,
        page: PageRequest,
    ) -> StoreResult<Page<Execution>> {
        self.page(BY_WORKFLOW, Args::default().text(workflow_id.as_str()), page).await
    }

    async fn get_by_status(
        &mut self,
        status: ExecutionStatus,
        page: PageRequest,
    ) -> StoreResult<Page<Execution>> {
        self.page(BY_STATUS, Args::default().text(status.as_str()), page).await
    }

    async fn get_running(&mut self, page: PageRequest) -> StoreResult<Page<Execution>> {
        self.get_by_status(ExecutionStatus::Running, page).await
    }
} }
