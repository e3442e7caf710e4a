//! Rows of `wtb_executions`.

use super::adjusted::how;
use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use wtb_domain::{Entity, Execution, ExecutionError, Revision};

/// `wtb_executions`; sessions and checkpoints were numbers first and texts later.
#[derive(Debug)]
pub(crate) struct Executions;

impl Form for Executions {
    type Entity = Execution;
    const TABLE: &'static str = "wtb_executions";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "workflow_id", "status"];
    const OPTIONAL: &'static [&'static str] = &[
        "current_node_id",
        "initial_state",
        "current_state",
        "execution_path",
        "agentgit_session_id",
        "agentgit_checkpoint_id",
        "started_at",
        "completed_at",
        "created_at",
        "error_message",
        "error_node_id",
        "breakpoints",
        "metadata",
    ];
    const RENAMED: &'static [(&'static str, &'static str)] =
        &[("state", "current_state"), ("error", "error_message")];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<Execution, Broken> {
        let started_at = cells.optional_time("started_at")?;
        let completed_at = cells.optional_time("completed_at")?;
        let created_at = match (cells.optional_time("created_at")?, started_at, completed_at) {
            (Some(created_at), _, _) => created_at,
            (None, Some(started_at), _) => {
                cells.adjust("created_at", how::FROM_STARTED_AT, 1);
                started_at
            }
            (None, None, Some(completed_at)) => {
                cells.adjust("created_at", how::FROM_COMPLETED_AT, 1);
                completed_at
            }
            (None, None, None) => {
                return Err(Broken::new("created_at", "it is NULL, and so are started_at and completed_at"));
            }
        };
        let execution = Execution {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            workflow_id: cells.id("workflow_id")?,
            status: cells.name("status")?,
            session_id: cells.optional_id("agentgit_session_id")?,
            checkpoint_id: cells.optional_id("agentgit_checkpoint_id")?,
            current_node: cells.optional_id("current_node_id")?,
            // The Python system has the column and never writes it.
            initial_state: cells.json_or_empty("initial_state")?,
            state: cells.json_or_empty("current_state")?,
            execution_path: cells.nodes("execution_path")?,
            breakpoints: cells.nodes("breakpoints")?,
            error: error(cells)?,
            metadata: cells.json_or_empty("metadata")?,
            created_at,
            started_at,
            completed_at,
        }
        .validated()
        .map_err(broken_rule::<Self>)?;
        found.seen.first(Self::TABLE, execution.id.as_str(), "id", key)?;
        Ok(execution)
    }
}

/// Either column alone makes an error.
fn error(cells: &mut Cells<'_>) -> Result<Option<ExecutionError>, Broken> {
    let message = cells.optional_text("error_message")?;
    let node = cells.optional_id("error_node_id")?;
    Ok(match (message, node) {
        (None, None) => None,
        (Some(message), node) => Some(ExecutionError { message, node }),
        (None, node) => {
            cells.adjust("error_message", how::EMPTY_MESSAGE, 1);
            Some(ExecutionError { message: String::new(), node })
        }
    })
}
