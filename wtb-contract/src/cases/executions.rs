//! Executions: found by id, workflow and status; tied to a workflow.
