//! The port of the audit log.

use crate::unit::Unit;
use async_trait::async_trait;
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{AuditLogRepository, Page, PageRequest, StoreResult};

#[async_trait]
impl AuditLogRepository for Unit {
    async fn append_logs<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        self.write(|work| work.append(execution_id, entries))
    }

    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        self.read(|root| root.audit_entries.page_by(|lists| &lists.by_execution, execution_id, page))
    }

    async fn list_settled<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        let end = self.settled_before();
        self.read(|root| match execution_id {
            Some(id) => root.audit_entries.page_by_before(end, |lists| &lists.by_execution, id, page),
            None => root.audit_entries.page_before(end, page),
        })
    }

    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<AuditEntry>> {
        self.read(|root| root.audit_entries.page(page))
    }
}
