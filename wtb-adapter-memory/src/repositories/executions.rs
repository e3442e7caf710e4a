//! The port of executions.

use super::repository;
use wtb_domain::{Execution, ExecutionStatus, WorkflowId};
use wtb_ports::{ExecutionRepository, Page, PageRequest, StoreResult};

repository! {
    ExecutionRepository of Execution {
        async fn get_by_workflow(
            &mut self,
            workflow_id: &WorkflowId,
            page: PageRequest,
        ) -> StoreResult<Page<Execution>> {
            self.read(|root| root.executions.page_by(|keys| &keys.lists.by_workflow, workflow_id, page))
        }

        async fn get_by_status(
            &mut self,
            status: ExecutionStatus,
            page: PageRequest,
        ) -> StoreResult<Page<Execution>> {
            self.read(|root| root.executions.page_by(|keys| &keys.lists.by_status, &status, page))
        }

        async fn get_running(&mut self, page: PageRequest) -> StoreResult<Page<Execution>> {
            self.get_by_status(ExecutionStatus::Running, page).await
        }
    }
}
