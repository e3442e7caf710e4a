//! How many bytes of text an entity has, which is about what it takes in memory.

use crate::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionError, Metric, NodeBoundary,
    NodeBoundaryError, NodeVariant, Workflow,
};

/// The size of an entity's text. Stores bound their pages by it.
pub trait ByteSize {
    /// The bytes of its ids, texts and documents together, in UTF-8. Numbers, times and states count nothing.
    fn byte_size(&self) -> usize;
}

fn text(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

fn optional(value: Option<impl AsRef<str>>) -> usize {
    value.map_or(0, text)
}

fn list(values: &[impl AsRef<str>]) -> usize {
    values.iter().map(text).sum()
}

// Every entity is taken apart without `..`: a new field does not compile until it has its place here.

impl ByteSize for Workflow {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            name,
            description,
            definition,
            version,
            metadata,
            created_at: _,
            updated_at: _,
        } = self;
        text(id) + text(name) + text(description) + text(definition) + text(version) + text(metadata)
    }
}

impl ByteSize for Execution {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            workflow_id,
            status: _,
            session_id,
            checkpoint_id,
            current_node,
            initial_state,
            state,
            execution_path,
            breakpoints,
            error,
            metadata,
            created_at: _,
            started_at: _,
            completed_at: _,
        } = self;
        let ids = optional(session_id.as_ref()) + optional(checkpoint_id.as_ref());
        let nodes = optional(current_node.as_ref()) + list(execution_path) + list(breakpoints);
        let error = error
            .as_ref()
            .map_or(0, |ExecutionError { message, node }| text(message) + optional(node.as_ref()));
        text(id)
            + text(workflow_id)
            + ids
            + nodes
            + error
            + text(metadata)
            + text(initial_state)
            + text(state)
    }
}

impl ByteSize for NodeBoundary {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            execution_id,
            session_id,
            node_id,
            attempt: _,
            status: _,
            entry_checkpoint_id,
            exit_checkpoint_id,
            error,
            started_at: _,
            completed_at: _,
        } = self;
        let checkpoints = optional(entry_checkpoint_id.as_ref()) + optional(exit_checkpoint_id.as_ref());
        let error = error
            .as_ref()
            .map_or(0, |NodeBoundaryError { message, details }| text(message) + optional(details.as_ref()));
        text(id) + text(execution_id) + text(session_id) + text(node_id) + checkpoints + error
    }
}

impl ByteSize for CheckpointFile {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            checkpoint_id,
            file_commit_id,
            file_count: _,
            total_size_bytes: _,
            created_at: _,
        } = self;
        text(id) + text(checkpoint_id) + text(file_commit_id)
    }
}

impl ByteSize for NodeVariant {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            workflow_id,
            node_id,
            name,
            description,
            definition,
            is_active: _,
            metadata,
            created_at: _,
        } = self;
        text(id)
            + text(workflow_id)
            + text(node_id)
            + text(name)
            + text(description)
            + text(definition)
            + text(metadata)
    }
}

impl ByteSize for EvaluationResult {
    fn byte_size(&self) -> usize {
        let Self {
            id,
            revision: _,
            execution_id,
            evaluator_name,
            evaluator_version,
            score: _,
            passed: _,
            metrics,
            details,
            raw_output,
            metadata,
            evaluated_at: _,
            duration: _,
        } = self;
        let metrics: usize =
            metrics.iter().map(|Metric { name, value: _, unit }| text(name) + optional(unit.as_ref())).sum();
        let evaluator = text(evaluator_name) + text(evaluator_version);
        let output = optional(details.as_ref()) + optional(raw_output.as_ref());
        text(id) + text(execution_id) + evaluator + metrics + output + text(metadata)
    }
}

impl ByteSize for AuditEntry {
    fn byte_size(&self) -> usize {
        let Self {
            timestamp: _,
            event_type,
            severity: _,
            message,
            execution_id,
            node_id,
            details,
            error,
            duration: _,
        } = self;
        text(event_type.as_str())
            + text(message)
            + optional(execution_id.as_ref())
            + optional(node_id.as_ref())
            + text(details)
            + optional(error.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExecutionId, Json, NodeId, Timestamp, WorkflowId};

    #[test]
    fn every_text_of_an_execution_counts_in_bytes() {
        let (id, workflow) = (ExecutionId::new("12").unwrap(), WorkflowId::new("345").unwrap());
        let mut execution = Execution::new(id, workflow, Timestamp::UNIX_EPOCH);
        // Three empty documents.
        assert_eq!(execution.byte_size(), 2 + 3 + 3 * 2);
        execution.state = Json::new("\"é\"");
        execution.execution_path = vec![NodeId::new("a").unwrap(); 10];
        execution.error = Some(ExecutionError { message: "12345".into(), node: NodeId::new("b").ok() });
        assert_eq!(execution.byte_size(), 2 + 3 + 2 * 2 + 4 + 10 + 5 + 1);
    }
}
