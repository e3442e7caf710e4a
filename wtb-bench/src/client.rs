//! Who works for a contestant: each piece of a workload, done in one unit or transaction of its own.

use crate::failure::Outcome;
use crate::samples::Run;
use async_trait::async_trait;
use wtb_domain::{AuditEntry, Execution, ExecutionId, ExecutionStatus, Json, WorkflowId};

/// One of those who use a store at the same time.
///
/// A workload calls these in a loop and takes the time. Reads answer how many rows they made into values. Whoever is
/// there for some workloads only leaves out the others.
#[async_trait]
pub(crate) trait Client: Send {
    /// W1: adds an execution.
    async fn add(&mut self, execution: Execution) -> Outcome<()>;

    /// W2: appends to the log of an execution.
    async fn append(&mut self, _execution: &ExecutionId, _entries: Vec<AuditEntry>) -> Outcome<()> {
        left_out()
    }

    /// W3: reads executions, asking for one after another.
    async fn get_each(&mut self, _ids: &[ExecutionId]) -> Outcome<usize> {
        left_out()
    }

    /// W3m: reads executions, asking for all at once.
    async fn get_all(&mut self, _ids: &[ExecutionId]) -> Outcome<usize> {
        left_out()
    }

    /// W4: reads the executions of a workflow, 1,000 at most.
    async fn list_by_workflow(&mut self, _workflow: &WorkflowId) -> Outcome<usize> {
        left_out()
    }

    /// W5: reads the running executions, 1,000 at most.
    async fn list_running(&mut self) -> Outcome<usize> {
        left_out()
    }

    /// W6: reads an execution, gives it another status and state, and writes all of it.
    async fn change(&mut self, _id: &ExecutionId, _status: ExecutionStatus, _state: Json) -> Outcome<()> {
        left_out()
    }

    /// W7: adds everything that belongs to a run.
    async fn record(&mut self, _run: Run) -> Outcome<()> {
        left_out()
    }
}

fn left_out<T>() -> Outcome<T> {
    Err("this contestant leaves the workload out".into())
}
