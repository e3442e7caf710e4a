//! Two rows of different repositories that one unit writes: both are kept or none.

use crate::proof::Failure;
use wtb_contract::samples;
use wtb_domain::{AuditEntry, CheckpointFile, ExecutionId};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreResult};

/// A file, and an entry about it in a log of its own.
pub(super) struct Pair {
    file: CheckpointFile,
    entry: AuditEntry,
    log: ExecutionId,
}

impl Pair {
    /// The pair of this number; all are different.
    pub(super) fn numbered(number: usize) -> Self {
        let name = format!("pair-{number}");
        let entry = samples::audit_entry(&name);
        Self { file: samples::checkpoint_file(&name, "commit"), entry, log: samples::id(&name) }
    }

    /// Writes both.
    pub(super) async fn write_in(&self, unit: &mut BoxUnitOfWork) -> StoreResult<()> {
        unit.checkpoint_files().add(self.file.clone()).await?;
        unit.audit_logs().append_logs(Some(&self.log), vec![self.entry.clone()]).await
    }

    /// Whether `unit` sees both.
    ///
    /// # Errors
    /// `Found` if it sees one, or cannot look.
    pub(super) async fn is_seen_by(&self, unit: &mut BoxUnitOfWork) -> Result<bool, Failure> {
        let file = unit.checkpoint_files().get_by_id(&self.file.id).await.map_err(Failure::found)?;
        let log = unit.audit_logs().get_by_execution(&self.log, PageRequest::default()).await;
        let entries = log.map_err(Failure::found)?.items.len();
        match (file.is_some(), entries) {
            (true, 1) => Ok(true),
            (false, 0) => Ok(false),
            (file, entries) => {
                let file = if file { "the file" } else { "no file" };
                Err(Failure::found(format!("half of a unit is there: {file} and {entries} entries")))
            }
        }
    }
}
