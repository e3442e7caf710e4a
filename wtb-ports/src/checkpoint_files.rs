//! Stores checkpoint files.

use crate::{Page, PageRequest, StoreResult};
use async_trait::async_trait;
use wtb_domain::{CheckpointFile, CheckpointFileId, CheckpointId, FileCommitId};

/// Checkpoint files by id, checkpoint and file commit, listed in insertion order.
///
/// Every method follows the rules of the [crate's documentation](crate).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CheckpointFileRepository: Send {
    /// The checkpoint file with this id, or `None`.
    async fn get_by_id(&mut self, id: &CheckpointFileId) -> StoreResult<Option<CheckpointFile>>;

    /// The checkpoint files with these ids, in the order asked; ids that are not stored are left out.
    async fn get_by_ids(&mut self, ids: &[CheckpointFileId]) -> StoreResult<Vec<CheckpointFile>>;

    /// Stores a new checkpoint file and answers it as it is stored, at the revision it was given.
    ///
    /// # Errors
    /// MUST be `InvalidValue` if not every store could keep it, `AlreadyExists` if its id or its checkpoint is taken.
    async fn add(&mut self, checkpoint_file: CheckpointFile) -> StoreResult<CheckpointFile>;

    /// Stores any number of new checkpoint files, all or none, and answers them in the order given.
    ///
    /// # Errors
    /// As [`add`](Self::add), about one of them.
    async fn add_all(&mut self, checkpoint_files: Vec<CheckpointFile>) -> StoreResult<Vec<CheckpointFile>>;

    /// Replaces the stored checkpoint file and answers it with its next revision.
    ///
    /// # Errors
    /// MUST be `NotFound` if it is not stored, `Stale` if it is stored at another revision, `Conflict` if an open
    /// unit changed it too, and otherwise as [`add`](Self::add).
    async fn update(&mut self, checkpoint_file: CheckpointFile) -> StoreResult<CheckpointFile>;

    /// Removes the checkpoint file and answers whether it was there.
    ///
    /// # Errors
    /// Only what the store itself says: nothing refers to checkpoint files.
    async fn delete(&mut self, id: &CheckpointFileId) -> StoreResult<bool>;

    /// All checkpoint files.
    async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<CheckpointFile>>;

    /// The file commit tied to a checkpoint, or `None`.
    async fn get_by_checkpoint(
        &mut self,
        checkpoint_id: &CheckpointId,
    ) -> StoreResult<Option<CheckpointFile>>;

    /// The checkpoints tied to a file commit.
    async fn get_by_file_commit(
        &mut self,
        file_commit_id: &FileCommitId,
        page: PageRequest,
    ) -> StoreResult<Page<CheckpointFile>>;
}
