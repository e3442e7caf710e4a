//! Stores audit entries, which are only ever appended.

use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::audit_logs::{BY_EXECUTION, SETTLED, SETTLED_BY_EXECUTION};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{AuditLogRepository, Page, PageRequest, StoreResult};

#[async_trait]
impl<E: Engine> AuditLogRepository for SqlUnit<E> {
    async fn append_logs<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        let engine = self.writing()?;
        let entries = entries.into_iter().map(|entry| entry.validated_for(execution_id));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        self.insert_rows(engine, entries).await.map(drop)
    }

    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        self.page(BY_EXECUTION, Args::default().text(execution_id.as_str()), page).await
    }

    async fn list_settled<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        match execution_id {
            Some(id) => {
                self.settled_page(&SETTLED_BY_EXECUTION, Args::default().text(id.as_str()), page).await
            }
            None => self.settled_page(&SETTLED, Args::default(), page).await,
        }
    }

    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<AuditEntry>> {
        self.page(AuditEntry::LIST, Args::default(), page).await
    }
}
