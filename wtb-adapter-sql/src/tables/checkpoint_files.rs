//! The table of checkpoint files: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, numbered};
use wtb_domain::{CheckpointFile, EntityKind};

macro_rules! columns {
    () => {
        "revision, checkpoint_id, file_commit_id, file_count, total_size_bytes, created_at"
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM checkpoint_files")
    };
}

impl Record for CheckpointFile {
    const ENTITY: EntityKind = EntityKind::CheckpointFile;
    const REFERS_TO: Option<EntityKind> = None;
    const UNIQUE: Option<&'static str> = Some(Self::UNIQUE);

    entity_texts!("checkpoint_files", columns, 6, "$7");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(self.checkpoint_id.as_str())
            .text(self.file_commit_id.as_str())
            .count(self.file_count)
            .count(self.total_size_bytes)
            .time(self.created_at)
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            checkpoint_id: row.parsed()?,
            file_commit_id: row.parsed()?,
            file_count: row.count()?,
            total_size_bytes: row.count()?,
            created_at: row.time()?,
        })
    }
}

impl Table for CheckpointFile {
    entity_statements!("checkpoint_files", columns, 6, "$7", "$8");
}

/// The file commit tied to a checkpoint.
pub(crate) const BY_CHECKPOINT: &Statement = &Statement::through(
    "checkpoint_files_by_checkpoint",
    "read checkpoint_files",
    concat!(select!(), " WHERE checkpoint_id = $1"),
);

/// The checkpoints tied to a file commit.
pub(crate) const BY_FILE_COMMIT: &Statement = &Statement::through(
    "checkpoint_files_by_file_commit",
    "list checkpoint_files",
    concat!(select!(), " WHERE file_commit_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"),
);
