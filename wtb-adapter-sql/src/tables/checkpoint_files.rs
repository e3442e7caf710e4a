//! The table of checkpoint files: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
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

    entity_texts!("checkpoint_files", columns, 6, "$7", unique "checkpoint_id = $2");

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
    entity_statements!("checkpoint_files", columns, 6, "$7", "$8", unique "checkpoint_id = $2");
}

lookups! { "checkpoint_files", select;
    /// The file commit tied to a checkpoint.
    BY_CHECKPOINT through "checkpoint_files_by_checkpoint" only ["checkpoint_id"];
    /// The checkpoints tied to a file commit.
    BY_FILE_COMMIT through "checkpoint_files_by_file_commit" lists ["file_commit_id"];
}
