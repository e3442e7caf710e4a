//! The table of node variants: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
use wtb_domain::{EntityKind, NodeVariant};

macro_rules! columns {
    () => {
        concat!(
            "revision, workflow_id, node_id, name, is_active, created_at, description, definition, ",
            "metadata"
        )
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM node_variants")
    };
}

impl Record for NodeVariant {
    const ENTITY: EntityKind = EntityKind::NodeVariant;

    entity_texts!("node_variants", columns, 9, "$10", unique "workflow_id = $2 AND node_id = $3 AND name = $4");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(self.workflow_id.as_str())
            .text(self.node_id.as_str())
            .text(&self.name)
            .bool(self.is_active)
            .time(self.created_at)
            .text(&self.description)
            .document(&self.definition)
            .document(&self.metadata)
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            workflow_id: row.parsed()?,
            node_id: row.parsed()?,
            name: row.string()?,
            is_active: row.bool()?,
            created_at: row.time()?,
            description: row.string()?,
            definition: row.document()?,
            metadata: row.document()?,
        })
    }
}

impl Table for NodeVariant {
    entity_statements!("node_variants", columns, 9, "$10", "$11", unique "workflow_id = $2 AND node_id = $3 AND name = $4");
}

lookups! { "node_variants", select;
    /// The variants of a node of a workflow.
    BY_NODE through "node_variants_by_node" lists ["workflow_id", "node_id"];
    /// The active variants of a node of a workflow.
    ACTIVE_BY_NODE through "node_variants_active" lists ["workflow_id", "node_id"] if "is_active";
    /// The variants of all nodes of a workflow.
    BY_WORKFLOW through "node_variants_by_workflow" lists ["workflow_id"];
}
