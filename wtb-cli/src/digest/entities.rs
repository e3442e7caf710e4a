//! The fields of each kind of entity, in the order in which a digest takes them.
//!
//! Every entity is taken apart without `..`: a new field does not compile until it has its place here.

use super::canonical::{Canonical, Sink};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionError, Metric, NodeBoundary,
    NodeBoundaryError, NodeVariant, Workflow,
};

impl Canonical for Workflow {
    fn write(&self, sink: &mut impl Sink) {
        let Self { id, revision, name, description, definition, version, metadata, created_at, updated_at } =
            self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(name);
        sink.text(description);
        sink.text(definition);
        sink.text(version);
        sink.text(metadata);
        sink.time(*created_at);
        sink.time(*updated_at);
    }
}

impl Canonical for Execution {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            id,
            revision,
            workflow_id,
            status,
            session_id,
            checkpoint_id,
            current_node,
            initial_state,
            state,
            execution_path,
            breakpoints,
            error,
            metadata,
            created_at,
            started_at,
            completed_at,
        } = self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(workflow_id);
        sink.text(status.as_str());
        sink.optional(session_id.as_ref(), Sink::text);
        sink.optional(checkpoint_id.as_ref(), Sink::text);
        sink.optional(current_node.as_ref(), Sink::text);
        sink.text(initial_state);
        sink.text(state);
        sink.list(execution_path, Sink::text);
        sink.list(breakpoints, Sink::text);
        sink.optional(error.as_ref(), |sink, ExecutionError { message, node }| {
            sink.text(message);
            sink.optional(node.as_ref(), Sink::text);
        });
        sink.text(metadata);
        sink.time(*created_at);
        sink.optional(*started_at, Sink::time);
        sink.optional(*completed_at, Sink::time);
    }
}

impl Canonical for NodeBoundary {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            id,
            revision,
            execution_id,
            session_id,
            node_id,
            attempt,
            status,
            entry_checkpoint_id,
            exit_checkpoint_id,
            error,
            started_at,
            completed_at,
        } = self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(execution_id);
        sink.text(session_id);
        sink.text(node_id);
        sink.count(attempt.get().into());
        sink.text(status.as_str());
        sink.optional(entry_checkpoint_id.as_ref(), Sink::text);
        sink.optional(exit_checkpoint_id.as_ref(), Sink::text);
        sink.optional(error.as_ref(), |sink, NodeBoundaryError { message, details }| {
            sink.text(message);
            sink.optional(details.as_ref(), Sink::text);
        });
        sink.optional(*started_at, Sink::time);
        sink.optional(*completed_at, Sink::time);
    }
}

impl Canonical for CheckpointFile {
    fn write(&self, sink: &mut impl Sink) {
        let Self { id, revision, checkpoint_id, file_commit_id, file_count, total_size_bytes, created_at } =
            self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(checkpoint_id);
        sink.text(file_commit_id);
        sink.count(*file_count);
        sink.count(*total_size_bytes);
        sink.time(*created_at);
    }
}

impl Canonical for NodeVariant {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            id,
            revision,
            workflow_id,
            node_id,
            name,
            description,
            definition,
            is_active,
            metadata,
            created_at,
        } = self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(workflow_id);
        sink.text(node_id);
        sink.text(name);
        sink.text(description);
        sink.text(definition);
        sink.flag(*is_active);
        sink.text(metadata);
        sink.time(*created_at);
    }
}

impl Canonical for EvaluationResult {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            id,
            revision,
            execution_id,
            evaluator_name,
            evaluator_version,
            score,
            passed,
            metrics,
            details,
            raw_output,
            metadata,
            evaluated_at,
            duration,
        } = self;
        sink.text(id);
        sink.number(revision.get());
        sink.text(execution_id);
        sink.text(evaluator_name);
        sink.text(evaluator_version);
        sink.float(*score);
        sink.flag(*passed);
        sink.list(metrics, |sink, Metric { name, value, unit }| {
            sink.text(name);
            sink.float(*value);
            sink.optional(unit.as_ref(), Sink::text);
        });
        sink.optional(details.as_ref(), Sink::text);
        sink.optional(raw_output.as_ref(), Sink::text);
        sink.text(metadata);
        sink.time(*evaluated_at);
        sink.duration(*duration);
    }
}

impl Canonical for AuditEntry {
    fn write(&self, sink: &mut impl Sink) {
        let Self {
            timestamp,
            event_type,
            severity,
            message,
            execution_id,
            node_id,
            details,
            error,
            duration,
        } = self;
        sink.time(*timestamp);
        sink.text(event_type.as_str());
        sink.text(severity.as_str());
        sink.text(message);
        sink.optional(execution_id.as_ref(), Sink::text);
        sink.optional(node_id.as_ref(), Sink::text);
        sink.text(details);
        sink.optional(error.as_ref(), Sink::text);
        sink.optional(*duration, Sink::duration);
    }
}
