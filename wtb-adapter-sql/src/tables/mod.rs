//! One file per table: its columns once, its statements, and how a row becomes an entity.

pub(crate) mod audit_logs;
pub(crate) mod checkpoint_files;
pub(crate) mod evaluation_results;
pub(crate) mod executions;
pub(crate) mod node_boundaries;
pub(crate) mod node_variants;
pub(crate) mod workflows;

use crate::record::Record;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

/// Every table and what it keeps, those that others refer to first.
pub(crate) const TABLES: [(EntityKind, &str); EntityKind::ALL.len()] = [
    (Workflow::ENTITY, Workflow::TABLE),
    (Execution::ENTITY, Execution::TABLE),
    (NodeBoundary::ENTITY, NodeBoundary::TABLE),
    (CheckpointFile::ENTITY, CheckpointFile::TABLE),
    (NodeVariant::ENTITY, NodeVariant::TABLE),
    (EvaluationResult::ENTITY, EvaluationResult::TABLE),
    (AuditEntry::ENTITY, AuditEntry::TABLE),
];

/// The table of a kind of entity.
pub(crate) const fn table_of(entity: EntityKind) -> &'static str {
    TABLES[entity as usize].1
}

#[cfg(test)]
mod tests;
