//! An execution: one run of a workflow, its state and its life cycle.

use crate::closed_set::closed_set;
use crate::entity::entity;
use crate::rules::Rules;
use crate::{
    CheckpointId, EntityKind, ExecutionId, InvalidTransition, InvalidValue, Json, NodeId, Revision,
    SessionId, Timestamp, WorkflowId,
};

closed_set! {
    /// Where an execution is in its life.
    ExecutionStatus {
        /// Made, not started.
        Pending = "pending",
        /// At work.
        Running = "running",
        /// Stopped, can go on.
        Paused = "paused",
        /// Ended well.
        Completed = "completed",
        /// Ended with an error.
        Failed = "failed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

/// Why an execution failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExecutionError {
    /// What went wrong.
    pub message: String,
    /// The node it went wrong in, if one is to blame.
    pub node: Option<NodeId>,
}

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Execution {
    /// Its identifier.
    pub id: ExecutionId,
    /// How often it was updated.
    pub revision: Revision,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// Where it is in its life.
    pub status: ExecutionStatus,
    /// The session of the system that runs the graph.
    pub session_id: Option<SessionId>,
    /// The newest checkpoint of that session.
    pub checkpoint_id: Option<CheckpointId>,
    /// The node it is at.
    pub current_node: Option<NodeId>,
    /// The state it began with.
    pub initial_state: Json,
    /// The state it has now.
    pub state: Json,
    /// The nodes it went through, in order; a node visited twice is there twice.
    pub execution_path: Vec<NodeId>,
    /// The nodes it stops before.
    pub breakpoints: Vec<NodeId>,
    /// Why it failed.
    pub error: Option<ExecutionError>,
    /// Whatever its owner attached.
    pub metadata: Json,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it first began to run.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

impl Execution {
    /// A pending execution with an empty state.
    pub fn new(id: ExecutionId, workflow_id: WorkflowId, now: Timestamp) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            workflow_id,
            status: ExecutionStatus::Pending,
            session_id: None,
            checkpoint_id: None,
            current_node: None,
            initial_state: Json::empty_object(),
            state: Json::empty_object(),
            execution_path: Vec::new(),
            breakpoints: Vec::new(),
            error: None,
            metadata: Json::empty_object(),
            created_at: now,
            started_at: None,
            completed_at: None,
        }
    }

    /// Pending to running.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is pending.
    pub fn start(&mut self, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("start", &[ExecutionStatus::Pending], ExecutionStatus::Running)?;
        self.started_at = Some(now);
        Ok(())
    }

    /// Running to paused.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is running.
    pub fn pause(&mut self) -> Result<(), InvalidTransition> {
        self.step("pause", &[ExecutionStatus::Running], ExecutionStatus::Paused)
    }

    /// Paused to running.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is paused.
    pub fn resume(&mut self) -> Result<(), InvalidTransition> {
        self.step("resume", &[ExecutionStatus::Paused], ExecutionStatus::Running)
    }

    /// Running to completed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is running.
    pub fn complete(&mut self, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("complete", &[ExecutionStatus::Running], ExecutionStatus::Completed)?;
        self.completed_at = Some(now);
        Ok(())
    }

    /// Running to failed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is running.
    pub fn fail(&mut self, error: ExecutionError, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("fail", &[ExecutionStatus::Running], ExecutionStatus::Failed)?;
        self.error = Some(error);
        self.completed_at = Some(now);
        Ok(())
    }

    /// Pending, running or paused to cancelled.
    ///
    /// # Errors
    /// [`InvalidTransition`] if it has ended.
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), InvalidTransition> {
        let from = [ExecutionStatus::Pending, ExecutionStatus::Running, ExecutionStatus::Paused];
        self.step("cancel", &from, ExecutionStatus::Cancelled)?;
        self.completed_at = Some(now);
        Ok(())
    }

    /// Back to `checkpoint` with the `state` it had there: paused, without error or end.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is paused, failed or completed.
    pub fn restore(&mut self, state: Json, checkpoint: CheckpointId) -> Result<(), InvalidTransition> {
        let from = [ExecutionStatus::Paused, ExecutionStatus::Failed, ExecutionStatus::Completed];
        self.step("restore", &from, ExecutionStatus::Paused)?;
        self.state = state;
        self.checkpoint_id = Some(checkpoint);
        self.error = None;
        self.completed_at = None;
        Ok(())
    }

    /// Replaces the state.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is paused.
    pub fn edit_state(&mut self, state: Json) -> Result<(), InvalidTransition> {
        self.step("edit the state of", &[ExecutionStatus::Paused], ExecutionStatus::Paused)?;
        self.state = state;
        Ok(())
    }

    fn step(
        &mut self,
        action: &'static str,
        from: &[ExecutionStatus],
        to: ExecutionStatus,
    ) -> Result<(), InvalidTransition> {
        if !from.contains(&self.status) {
            let state = self.status.as_str();
            return Err(InvalidTransition { entity: EntityKind::Execution, state, action });
        }
        self.status = to;
        Ok(())
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        rules.json("initial_state", &self.initial_state)?;
        rules.json("state", &self.state)?;
        if let Some(error) = &self.error {
            rules.text("error", &error.message)?;
        }
        // In a document, the quotes and backslashes of an id take two bytes.
        rules.list("execution_path", 2, self.execution_path.iter().map(NodeId::as_str))?;
        rules.list("breakpoints", 2, self.breakpoints.iter().map(NodeId::as_str))?;
        rules.json("metadata", &self.metadata)
    }
}

entity!(Execution, ExecutionId);

#[cfg(test)]
#[path = "execution_tests.rs"]
mod tests;
