//! The table of node boundaries: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
use wtb_domain::{EntityKind, NodeBoundary, NodeBoundaryError};

macro_rules! columns {
    () => {
        concat!(
            "revision, execution_id, session_id, node_id, attempt, status, entry_checkpoint_id, ",
            "exit_checkpoint_id, started_at, completed_at, error_message, error_details"
        )
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM node_boundaries")
    };
}

impl Record for NodeBoundary {
    const ENTITY: EntityKind = EntityKind::NodeBoundary;

    entity_texts!("node_boundaries", columns, 12, "$13", unique "session_id = $3 AND node_id = $4 AND attempt = $5");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(self.execution_id.as_str())
            .text(self.session_id.as_str())
            .text(self.node_id.as_str())
            .ordinal(self.attempt)
            .text(self.status.as_str())
            .optional_id(self.entry_checkpoint_id.as_ref())
            .optional_id(self.exit_checkpoint_id.as_ref())
            .optional_time(self.started_at)
            .optional_time(self.completed_at)
            .optional_text(self.error.as_ref().map(|error| error.message.as_str()))
            .optional_document(self.error.as_ref().and_then(|error| error.details.as_ref()))
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            execution_id: row.parsed()?,
            session_id: row.parsed()?,
            node_id: row.parsed()?,
            attempt: row.ordinal()?,
            status: row.parsed()?,
            entry_checkpoint_id: row.optional_parsed()?,
            exit_checkpoint_id: row.optional_parsed()?,
            started_at: row.optional_time()?,
            completed_at: row.optional_time()?,
            error: {
                let message = row.optional_string()?;
                let details = row.optional_document()?;
                message.map(|message| NodeBoundaryError { message, details })
            },
        })
    }
}

impl Table for NodeBoundary {
    entity_statements!("node_boundaries", columns, 12, "$13", "$14", unique "session_id = $3 AND node_id = $4 AND attempt = $5");
}

lookups! { "node_boundaries", select;
    /// The boundaries of a session.
    BY_SESSION through "node_boundaries_by_session" lists ["session_id"];
    /// The latest attempt at a node in a session.
    LATEST_BY_NODE through "node_boundaries_by_attempt" greatest ["session_id", "node_id", "attempt"];
    /// The completed boundaries of a session.
    COMPLETED_BY_SESSION through "node_boundaries_completed" lists ["session_id"] if "status = 'completed'";
    /// The boundaries of an execution.
    BY_EXECUTION through "node_boundaries_by_execution" lists ["execution_id"];
}
