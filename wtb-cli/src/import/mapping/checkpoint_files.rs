//! Rows of `wtb_checkpoint_files`, and of `checkpoint_file_links` which took its place.

use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use wtb_domain::{CheckpointFile, CheckpointFileId, CheckpointId, Entity, Revision};

/// Notes `file`, which is in the table of `F` under `key`: ids and checkpoints are unique across both tables.
fn note<F: Form>(
    file: CheckpointFile,
    key: &str,
    id_column: &'static str,
    found: &mut Found,
) -> Result<CheckpointFile, Broken> {
    let file = file.validated().map_err(broken_rule::<F>)?;
    let row = format!("{key} of {}", F::TABLE);
    found.seen.first("wtb_checkpoint_files", file.id.as_str(), id_column, &row)?;
    let checkpoint = file.checkpoint_id.as_str();
    found.seen.first("wtb_checkpoint_files by checkpoint", checkpoint, "checkpoint_id", &row)?;
    Ok(file)
}

/// The older table, `wtb_checkpoint_files`.
#[derive(Debug)]
pub(crate) struct Files;

impl Form for Files {
    type Entity = CheckpointFile;
    const TABLE: &'static str = "wtb_checkpoint_files";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "checkpoint_id", "file_commit_id", "created_at"];
    const OPTIONAL: &'static [&'static str] = &["file_count", "total_size_bytes"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<CheckpointFile, Broken> {
        let file = CheckpointFile {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            checkpoint_id: cells.id("checkpoint_id")?,
            file_commit_id: cells.id("file_commit_id")?,
            file_count: cells.count("file_count")?,
            total_size_bytes: cells.count("total_size_bytes")?,
            created_at: cells.time("created_at")?,
        };
        note::<Self>(file, key, "id", found)
    }
}

/// The newer table, `checkpoint_file_links`. It has no id of its own: a checkpoint has at most one row.
#[derive(Debug)]
pub(crate) struct Links;

impl Form for Links {
    type Entity = CheckpointFile;
    const TABLE: &'static str = "checkpoint_file_links";
    const KEY: &'static str = "checkpoint_id";
    const REQUIRED: &'static [&'static str] = &["checkpoint_id", "commit_id", "linked_at"];
    const OPTIONAL: &'static [&'static str] = &["file_count", "total_size_bytes"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<CheckpointFile, Broken> {
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
        note::<Self>(file, key, "checkpoint_id", found)
    }
}
