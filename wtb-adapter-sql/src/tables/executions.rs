//! The table of executions: its columns, how a row is bound and read, and what is looked up in it.

use crate::arg::Args;
use crate::columns::{Columns, Read, Reader};
use crate::record::{Record, Table};
use crate::statement::{Statement, entity_statements, entity_texts, lookups, numbered};
use wtb_domain::{EntityKind, Execution, ExecutionError};

macro_rules! columns {
    () => {
        concat!(
            "revision, workflow_id, status, session_id, checkpoint_id, current_node, created_at, ",
            "started_at, completed_at, error_node, error_message, execution_path, breakpoints, ",
            "metadata, initial_state, state"
        )
    };
}

macro_rules! select {
    () => {
        concat!("SELECT seq, id, ", columns!(), " FROM executions")
    };
}

impl Record for Execution {
    const ENTITY: EntityKind = EntityKind::Execution;

    entity_texts!("executions", columns, 16, "$17");

    fn bind<'a>(&'a self, args: Args<'a>) -> Args<'a> {
        args.integer(self.revision.get())
            .text(self.workflow_id.as_str())
            .text(self.status.as_str())
            .optional_id(self.session_id.as_ref())
            .optional_id(self.checkpoint_id.as_ref())
            .optional_id(self.current_node.as_ref())
            .time(self.created_at)
            .optional_time(self.started_at)
            .optional_time(self.completed_at)
            .optional_id(self.error.as_ref().and_then(|error| error.node.as_ref()))
            .optional_text(self.error.as_ref().map(|error| error.message.as_str()))
            .list(&self.execution_path)
            .list(&self.breakpoints)
            .document(&self.metadata)
            .document(&self.initial_state)
            .document(&self.state)
            .text(self.id.as_str())
    }

    fn read<C: Columns>(row: &mut Reader<'_, C>) -> Read<Self> {
        Ok(Self {
            id: row.parsed()?,
            revision: row.revision()?,
            workflow_id: row.parsed()?,
            status: row.parsed()?,
            session_id: row.optional_parsed()?,
            checkpoint_id: row.optional_parsed()?,
            current_node: row.optional_parsed()?,
            created_at: row.time()?,
            started_at: row.optional_time()?,
            completed_at: row.optional_time()?,
            error: {
                let node = row.optional_parsed()?;
                row.optional_string()?.map(|message| ExecutionError { message, node })
            },
            execution_path: row.list()?,
            breakpoints: row.list()?,
            metadata: row.document()?,
            initial_state: row.document()?,
            state: row.document()?,
        })
    }
}

impl Table for Execution {
    entity_statements!("executions", columns, 16, "$17", "$18", referred by ["node_boundaries" "execution_id", "evaluation_results" "execution_id"]);
}

lookups! { "executions", select;
    /// The executions of a workflow.
    BY_WORKFLOW through "executions_by_workflow" lists ["workflow_id"];
    /// The executions with a status.
    BY_STATUS through "executions_by_status" lists ["status"];
}
