//! Stores checkpoint files.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::checkpoint_files::{BY_CHECKPOINT, BY_FILE_COMMIT};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{CheckpointFile, CheckpointFileId, CheckpointId, FileCommitId};
use wtb_ports::{CheckpointFileRepository, Page, PageRequest, StoreResult};

repository! { CheckpointFileRepository of CheckpointFile by CheckpointFileId {
    async fn get_by_checkpoint(
        &mut self,
        checkpoint_id: &CheckpointId,
    ) -> StoreResult<Option<CheckpointFile>> {
        self.find(BY_CHECKPOINT, Args::default().text(checkpoint_id.as_str())).await
    }

    async fn get_by_file_commit(
        &mut self,
        file_commit_id: &FileCommitId,
        page: PageRequest,
    ) -> StoreResult<Page<CheckpointFile>> {
        self.page(BY_FILE_COMMIT, Args::default().text(file_commit_id.as_str()), page).await
    }
} }
