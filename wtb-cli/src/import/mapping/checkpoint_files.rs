//! Rows of `wtb_checkpoint_files`, and of `checkpoint_file_links` which took its place.

use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::no_home::NoHome;
use super::seen::FirstWith;
use wtb_domain::{CheckpointFile, CheckpointFileId, CheckpointId, Entity, Revision};

/// What must be unique across both tables.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: FirstWith<CheckpointFileId>,
    checkpoints: FirstWith<CheckpointId>,
}

impl Seen {
    /// Notes `file`, which is in the table `F` under `key`.
    fn note<F: Form>(
        &mut self,
        file: CheckpointFile,
        key: &str,
        id_column: &'static str,
    ) -> Result<CheckpointFile, Broken> {
        let file = file.validated().map_err(broken_rule::<F>)?;
        let row = format!("{key} of {}", F::TABLE);
        self.ids.note(file.id.clone(), id_column, &row)?;
        self.checkpoints.note(file.checkpoint_id.clone(), "checkpoint_id", &row)?;
        Ok(file)
    }
}

/// The older table, `wtb_checkpoint_files`.
#[derive(Debug)]
pub(super) struct Files<'s>(pub(super) &'s mut Seen);

impl Form for Files<'_> {
    type Entity = CheckpointFile;
    const TABLE: &'static str = "wtb_checkpoint_files";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "checkpoint_id", "file_commit_id", "created_at"];
    const OPTIONAL: &'static [&'static str] = &["file_count", "total_size_bytes"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    fn entity(
        &mut self,
        key: &str,
        cells: &mut Cells<'_>,
        _no_home: &mut NoHome,
    ) -> Result<CheckpointFile, Broken> {
        let file = CheckpointFile {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            checkpoint_id: cells.id("checkpoint_id")?,
            file_commit_id: cells.id("file_commit_id")?,
            file_count: cells.count("file_count")?,
            total_size_bytes: cells.count("total_size_bytes")?,
            created_at: cells.time("created_at")?,
        };
        self.0.note::<Self>(file, key, "id")
    }
}

/// The newer table, `checkpoint_file_links`. It has no id of its own: a checkpoint has at most one row.
#[derive(Debug)]
pub(super) struct Links<'s>(pub(super) &'s mut Seen);

impl Form for Links<'_> {
    type Entity = CheckpointFile;
    const TABLE: &'static str = "checkpoint_file_links";
    const KEY: &'static str = "checkpoint_id";
    const REQUIRED: &'static [&'static str] = &["checkpoint_id", "commit_id", "linked_at"];
    const OPTIONAL: &'static [&'static str] = &["file_count", "total_size_bytes"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    fn entity(
        &mut self,
        key: &str,
        cells: &mut Cells<'_>,
        _no_home: &mut NoHome,
    ) -> Result<CheckpointFile, Broken> {
        let checkpoint_id: CheckpointId = cells.id("checkpoint_id")?;
        let id = CheckpointFileId::new(checkpoint_id.as_str())
            .map_err(|invalid| Broken::new("checkpoint_id", invalid.to_string()))?;
        let file = CheckpointFile {
            id,
            revision: Revision::FIRST,
            checkpoint_id,
            file_commit_id: cells.id("commit_id")?,
            file_count: cells.count("file_count")?,
            total_size_bytes: cells.count("total_size_bytes")?,
            created_at: cells.time("linked_at")?,
        };
        self.0.note::<Self>(file, key, "checkpoint_id")
    }
}
