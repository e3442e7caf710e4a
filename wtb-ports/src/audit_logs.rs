//! Stores audit entries, which are only ever appended.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{AuditEntry, ExecutionId};

/// The audit entries of each execution, and of all, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
///
/// # Reading a log that grows
/// Within one unit, every list is walked without gaps. A walk whose pages are read in separate units is different: an
/// entry gets its place when it is appended, and appears when its unit is committed. So an entry can appear *before* the
/// cursor of a walk through [`get_by_execution`](Self::get_by_execution) or [`list_all`](Self::list_all), which then never
/// returns it. [`list_settled`](Self::list_settled) is the list for such walks.
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

    /// The settled entries: about an execution, or all. To follow the log, read this list again and again.
    ///
    /// Nothing ever appears in this list before an entry that it has returned: a walk through it returns each committed
    /// entry exactly once, whatever the order of commits, however many units its pages are read in. Entries of one unit
    /// are in the order in which they were appended; those of a unit that was committed before another one began come
    /// first. No other order of units is promised.
    ///
    /// A committed entry is settled when no unit is open that was open when it was committed: a unit that stays open
    /// holds the list back, and so does, in PostgreSQL, any other transaction of the server that writes. Entries of the
    /// unit that reads are not settled. After the last page, ask for that page again (with the same cursor): it has the
    /// same entries, followed by those that were settled since.
    async fn list_settled<'a>(
        &mut self,
        execution_id: Option<&'a ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>>;

    /// All entries.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<AuditEntry>>;
}
