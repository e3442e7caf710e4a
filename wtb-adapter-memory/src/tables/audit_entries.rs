//! The table of audit entries, which refer to nothing that must be stored.

use crate::index::{Change, Index, Indexes};
use wtb_domain::{AuditEntry, ExecutionId};

#[derive(Clone, Default)]
pub(crate) struct AuditEntryLists {
    pub(crate) by_execution: Index<ExecutionId>,
}

impl Indexes<AuditEntry> for AuditEntryLists {
    fn apply(&mut self, change: &Change<'_, AuditEntry>) {
        self.by_execution.apply(change, |entry| entry.execution_id.clone());
    }
}
