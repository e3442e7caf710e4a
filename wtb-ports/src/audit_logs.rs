//! Stores audit entries, which are only ever appended.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{AuditEntry, ExecutionId};

/// Stores audit entries, which are only ever appended.
///
/// Lists are in insertion order. The rules every method keeps are in the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLogRepository: Send {
    /// Appends any number of entries, all or none, in the order given. Those about no execution are given
    /// `execution_id`.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep one of them, or if one is about an execution other than
    /// `execution_id`.
    async fn append_logs<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()>;

    /// The entries about an execution.
    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>>;

    /// All entries.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<AuditEntry>>;
}
