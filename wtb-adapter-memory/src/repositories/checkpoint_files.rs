//! The port of checkpoint files.

use super::repository;
use wtb_domain::{CheckpointFile, CheckpointId, FileCommitId};
use wtb_ports::{CheckpointFileRepository, Page, PageRequest, StoreResult};

repository! {
    CheckpointFileRepository of CheckpointFile {
        async fn get_by_checkpoint(
            &mut self,
            checkpoint_id: &CheckpointId,
        ) -> StoreResult<Option<CheckpointFile>> {
            self.read(|root| {
                let place = root.checkpoint_files.indexes().unique.place(checkpoint_id);
                root.checkpoint_files.copy_at(place)
            })
        }

        async fn get_by_file_commit(
            &mut self,
            file_commit_id: &FileCommitId,
            page: PageRequest,
        ) -> StoreResult<Page<CheckpointFile>> {
            self.read(|root| {
                root.checkpoint_files.page_by(|keys| &keys.lists.by_file_commit, file_commit_id, page)
            })
        }
    }
}
