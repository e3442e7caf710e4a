//! A node boundary: one attempt to run one node of an execution.

use crate::closed_set::closed_set;
use crate::entity::entity;
use crate::rules::Rules;
use crate::{
    CheckpointId, EntityKind, ExecutionId, InvalidTransition, InvalidValue, Json, NodeBoundaryId, NodeId,
    Revision, SessionId, Timestamp,
};
use std::num::NonZeroU32;

closed_set! {
    /// Where an attempt to run a node is in its life.
    NodeBoundaryStatus {
        /// Made, not started.
        Pending = "pending",
        /// At work.
        Running = "running",
        /// Ended well.
        Completed = "completed",
        /// Ended with an error.
        Failed = "failed",
        /// Left out, or given up while running.
        Skipped = "skipped",
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeBoundaryError {
    /// What went wrong.
    pub message: String,
    /// What else is known about it.
    pub details: Option<Json>,
}

/// One attempt to run one node. Session, node and attempt together are unique.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeBoundary {
    /// Its identifier.
    pub id: NodeBoundaryId,
    /// How often it was updated.
    pub revision: Revision,
    /// The execution it belongs to.
    pub execution_id: ExecutionId,
    /// The session in which the node ran.
    pub session_id: SessionId,
    /// The node.
    pub node_id: NodeId,
    /// Which attempt this is, from 1.
    pub attempt: NonZeroU32,
    /// Where it is in its life.
    pub status: NodeBoundaryStatus,
    /// The checkpoint made before the node ran.
    pub entry_checkpoint_id: Option<CheckpointId>,
    /// The checkpoint made after the node ran.
    pub exit_checkpoint_id: Option<CheckpointId>,
    /// Why it failed.
    pub error: Option<NodeBoundaryError>,
    /// When the node began to run.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

impl NodeBoundary {
    /// The fields that are unique together.
    pub const UNIQUE: &'static str = "session_id, node_id, attempt";

    /// A pending first attempt.
    pub fn new(
        id: NodeBoundaryId,
        execution_id: ExecutionId,
        session_id: SessionId,
        node_id: NodeId,
    ) -> Self {
        Self {
            id,
            revision: Revision::FIRST,
            execution_id,
            session_id,
            node_id,
            attempt: NonZeroU32::MIN,
            status: NodeBoundaryStatus::Pending,
            entry_checkpoint_id: None,
            exit_checkpoint_id: None,
            error: None,
            started_at: None,
            completed_at: None,
        }
    }

    /// Pending to running.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is pending.
    pub fn start(&mut self, entry: Option<CheckpointId>, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("start", &[NodeBoundaryStatus::Pending], NodeBoundaryStatus::Running)?;
        self.entry_checkpoint_id = entry;
        self.started_at = Some(now);
        Ok(())
    }

    /// Running to completed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is running.
    pub fn complete(&mut self, exit: Option<CheckpointId>, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("complete", &[NodeBoundaryStatus::Running], NodeBoundaryStatus::Completed)?;
        self.exit_checkpoint_id = exit;
        self.completed_at = Some(now);
        Ok(())
    }

    /// Running to failed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is running.
    pub fn fail(&mut self, error: NodeBoundaryError, now: Timestamp) -> Result<(), InvalidTransition> {
        self.step("fail", &[NodeBoundaryStatus::Running], NodeBoundaryStatus::Failed)?;
        self.error = Some(error);
        self.completed_at = Some(now);
        Ok(())
    }

    /// Pending or running to skipped.
    ///
    /// # Errors
    /// [`InvalidTransition`] if it has ended.
    pub fn skip(&mut self, now: Timestamp) -> Result<(), InvalidTransition> {
        let from = [NodeBoundaryStatus::Pending, NodeBoundaryStatus::Running];
        self.step("skip", &from, NodeBoundaryStatus::Skipped)?;
        self.completed_at = Some(now);
        Ok(())
    }

    /// Whether the execution can go back to the end of this node.
    pub fn is_rollback_target(&self) -> bool {
        self.status == NodeBoundaryStatus::Completed && self.exit_checkpoint_id.is_some()
    }

    fn step(
        &mut self,
        action: &'static str,
        from: &[NodeBoundaryStatus],
        to: NodeBoundaryStatus,
    ) -> Result<(), InvalidTransition> {
        if !from.contains(&self.status) {
            let state = self.status.as_str();
            return Err(InvalidTransition { entity: EntityKind::NodeBoundary, state, action });
        }
        self.status = to;
        Ok(())
    }

    fn check_fields<const LENGTHS: bool>(&mut self, rules: &Rules<LENGTHS>) -> Result<(), InvalidValue> {
        if let Some(error) = &self.error {
            rules.text("error", &error.message)?;
            if let Some(details) = &error.details {
                rules.json("error", details)?;
            }
        }
        Ok(())
    }
}

entity!(NodeBoundary, NodeBoundaryId);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn boundary(status: NodeBoundaryStatus) -> NodeBoundary {
        let node = NodeId::new("rerank").unwrap();
        let mut boundary =
            NodeBoundary::new(NodeBoundaryId::from(1), ExecutionId::from(1), SessionId::from(1), node);
        boundary.status = status;
        boundary
    }

    type Step = fn(&mut NodeBoundary) -> Result<(), InvalidTransition>;

    #[test]
    fn every_step_is_allowed_from_its_states_and_refused_from_all_others() {
        use NodeBoundaryStatus::{Completed, Failed, Pending, Running, Skipped};
        let steps: [(&str, Step, &[NodeBoundaryStatus], NodeBoundaryStatus); 4] = [
            ("start", |b| b.start(None, NOW), &[Pending], Running),
            ("complete", |b| b.complete(None, NOW), &[Running], Completed),
            (
                "fail",
                |b| b.fail(NodeBoundaryError { message: String::new(), details: None }, NOW),
                &[Running],
                Failed,
            ),
            ("skip", |b| b.skip(NOW), &[Pending, Running], Skipped),
        ];
        for (action, step, allowed, target) in steps {
            for status in NodeBoundaryStatus::ALL {
                let mut after = boundary(*status);
                let outcome = step(&mut after);
                if allowed.contains(status) {
                    assert_eq!((outcome, after.status), (Ok(()), target), "{action} from {status}");
                } else {
                    let refusal = InvalidTransition {
                        entity: EntityKind::NodeBoundary,
                        state: status.as_str(),
                        action,
                    };
                    assert_eq!(outcome, Err(refusal));
                    assert_eq!(after, boundary(*status), "a refused step changes nothing");
                }
            }
        }
    }

    #[test]
    fn only_a_completed_boundary_with_an_exit_checkpoint_is_a_rollback_target() {
        let mut done = boundary(NodeBoundaryStatus::Running);
        done.complete(Some(CheckpointId::from(2)), NOW).unwrap();
        assert!(done.is_rollback_target());
        let mut without_exit = boundary(NodeBoundaryStatus::Running);
        without_exit.complete(None, NOW).unwrap();
        assert!(!without_exit.is_rollback_target());
        let mut failed = done;
        failed.status = NodeBoundaryStatus::Failed;
        assert!(!failed.is_rollback_target());
    }
}
