//! Rows of `wtb_node_boundaries`.

use super::adjusted::how;
use super::cells::{Broken, Cells};
use super::form::{Form, broken_rule};
use super::found::Found;
use super::seen::About;
use std::num::NonZeroU32;
use wtb_domain::{
    Entity, ExecutionId, Json, NodeBoundary, NodeBoundaryError, NodeBoundaryStatus, NodeId, Revision,
    SessionId,
};

/// `wtb_node_boundaries` in all its forms: one row for each session and node, or for each execution and node; in the
/// latter the session may be missing, and then the execution is the session.
#[derive(Debug)]
pub(crate) struct NodeBoundaries;

impl Form for NodeBoundaries {
    type Entity = NodeBoundary;
    const TABLE: &'static str = "wtb_node_boundaries";
    const KEY: &'static str = "id";
    const REQUIRED: &'static [&'static str] = &["id", "execution_id", "node_id", "node_status"];
    const OPTIONAL: &'static [&'static str] = &[
        "internal_session_id",
        "entry_checkpoint_id",
        "exit_checkpoint_id",
        "started_at",
        "completed_at",
        "error_message",
        "error_details",
    ];
    const RENAMED: &'static [(&'static str, &'static str)] = &[("error", "error_message")];

    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<NodeBoundary, Broken> {
        let execution_id: ExecutionId = cells.id("execution_id")?;
        let session_id = if let Some(session) = cells.optional_id("internal_session_id")? {
            session
        } else {
            cells.adjust("internal_session_id", how::FROM_EXECUTION_ID, 1);
            SessionId::new(execution_id.as_str())
                .map_err(|invalid| Broken::new("execution_id", invalid.to_string()))?
        };
        let node_id: NodeId = cells.id("node_id")?;
        // Counted before anything else can be wrong, so that a row mended later does not renumber the others.
        let attempt = next_attempt(&session_id, &node_id, found)?;
        cells.adjust("attempt", how::NEXT_ATTEMPT, u64::from(attempt > NonZeroU32::MIN));
        let boundary = NodeBoundary {
            id: cells.id("id")?,
            revision: Revision::FIRST,
            execution_id,
            session_id,
            node_id,
            attempt,
            status: status(cells)?,
            entry_checkpoint_id: cells.optional_id("entry_checkpoint_id")?,
            exit_checkpoint_id: cells.optional_id("exit_checkpoint_id")?,
            error: error(cells)?,
            started_at: cells.optional_time("started_at")?,
            completed_at: cells.optional_time("completed_at")?,
        }
        .validated()
        .map_err(broken_rule::<Self>)?;
        found.seen.first(Self::TABLE, boundary.id.as_str(), "id", key)?;
        Ok(boundary)
    }
}

/// The number of a row among those of its session and node.
fn next_attempt(session: &SessionId, node: &NodeId, found: &mut Found) -> Result<NonZeroU32, Broken> {
    let attempt = found.seen.add(About::Attempts, format!("{session}\0{node}").as_bytes(), 1);
    // Nothing can be noted where nothing can be remembered, which ends the pass.
    let attempt = u32::try_from(attempt.max(1)).ok().and_then(NonZeroU32::new);
    attempt.ok_or_else(|| Broken::new("node_id", "it has too many attempts"))
}

/// What is at work was called started first, and running later.
fn status(cells: &mut Cells<'_>) -> Result<NodeBoundaryStatus, Broken> {
    let text = cells.text("node_status")?;
    let text = if text == "started" { NodeBoundaryStatus::Running.as_str() } else { &text };
    NodeBoundaryStatus::parse(text).map_err(|unknown| Broken::new("node_status", unknown.to_string()))
}

/// Either column alone makes an error.
fn error(cells: &mut Cells<'_>) -> Result<Option<NodeBoundaryError>, Broken> {
    let message = cells.optional_text("error_message")?;
    let details = cells.optional_json("error_details")?;
    // The entity's own check speaks of the error as a whole.
    if let Some(Err(invalid)) = details.as_ref().map(Json::check) {
        return Err(Broken::new("error_details", format!("not a JSON document: {invalid}")));
    }
    Ok(match (message, details) {
        (None, None) => None,
        (Some(message), details) => Some(NodeBoundaryError { message, details }),
        (None, details) => {
            cells.adjust("error_message", how::EMPTY_MESSAGE, 1);
            Some(NodeBoundaryError { message: String::new(), details })
        }
    })
}
