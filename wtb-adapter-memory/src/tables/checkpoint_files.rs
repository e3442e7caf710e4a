//! The table of checkpoint files.

use crate::index::{Change, Index, Indexes};
use crate::table::Stored;
use wtb_domain::{CheckpointFile, CheckpointId, FileCommitId};

#[derive(Clone, Default)]
pub(crate) struct CheckpointFileLists {
    pub(crate) by_file_commit: Index<FileCommitId>,
}

impl Indexes<CheckpointFile> for CheckpointFileLists {
    fn apply(&mut self, change: &Change<'_, CheckpointFile>) {
        self.by_file_commit.apply(change, |file| Some(file.file_commit_id.clone()));
    }
}

impl Stored for CheckpointFile {
    type UniqueKey = CheckpointId;
    type Lists = CheckpointFileLists;
    const UNIQUE: &'static str = Self::UNIQUE;

    fn unique_key(&self) -> Option<Self::UniqueKey> {
        Some(self.checkpoint_id.clone())
    }
}
