//! The table of workflows: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
use wtb_domain::{EntityKind, Workflow};

macro_rules! columns {
    () => {
        "revision, name, version, created_at, updated_at, description, definition, metadata"
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM workflows")
    };
}

impl Record for Workflow {
    const ENTITY: EntityKind = EntityKind::Workflow;

    entity_texts!("workflows", columns, 8, "$9", unique "name = $2 AND version = $3");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(&self.name)
            .text(&self.version)
            .time(self.created_at)
            .time(self.updated_at)
            .text(&self.description)
            .document(&self.definition)
            .document(&self.metadata)
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            name: row.string()?,
            version: row.string()?,
            created_at: row.time()?,
            updated_at: row.time()?,
            description: row.string()?,
            definition: row.document()?,
            metadata: row.document()?,
        })
    }
}

impl Table for Workflow {
    entity_statements!("workflows", columns, 8, "$9", "$10", unique "name = $2 AND version = $3", referred by ["executions" "workflow_id", "node_variants" "workflow_id"]);
}

lookups! { "workflows", select;
    /// The workflow of a name that was added last.
    NEWEST_BY_NAME through "workflows_by_name" newest ["name"];
    /// The workflow of a name and a version.
    BY_NAME_AND_VERSION through "workflows_by_name_and_version" only ["name", "version"];
}
