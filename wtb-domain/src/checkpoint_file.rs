//! A checkpoint file: which commit of tracked files belongs to a checkpoint.

use crate::entity::entity;
use crate::rules::Rules;
use crate::{CheckpointFileId, CheckpointId, FileCommitId, InvalidValue, Revision, Timestamp};

/// Ties a checkpoint to a commit of tracked files. A checkpoint has at most one.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CheckpointFile {
    /// Its identifier.
    pub id: CheckpointFileId,
    /// How often it was updated.
    pub revision: Revision,
    /// The checkpoint; unique.
    pub checkpoint_id: CheckpointId,
    /// The commit of tracked files.
    pub file_commit_id: FileCommitId,
    /// How many files the commit has; at most `i64::MAX`.
    pub file_count: u64,
    /// Their size together, in bytes; at most `i64::MAX`.
    pub total_size_bytes: u64,
    /// When the two were tied together.
    pub created_at: Timestamp,
}

impl CheckpointFile {
    /// The field that is unique.
    pub const UNIQUE: &'static str = "checkpoint_id";

    /// A tie to a commit of no files.
    pub fn new(
        id: CheckpointFileId,
        checkpoint_id: CheckpointId,
        file_commit_id: FileCommitId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            checkpoint_id,
            file_commit_id,
            file_count: 0,
            total_size_bytes: 0,
            created_at: now,
        }
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.count("file_count", self.file_count)?;
        rules.count("total_size_bytes", self.total_size_bytes)
    }
}

entity!(CheckpointFile, CheckpointFileId);
