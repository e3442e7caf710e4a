//! What each unique index and foreign key of the schema means to callers, by its name.
//!
//! The name is what an error of PostgreSQL always carries. Its detail is missing where the role may not read the table, and
//! is worded as the server is configured.

use wtb_domain::{CheckpointFile, EntityKind, NodeBoundary, NodeVariant, Workflow};

/// A unique index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UniqueIndex {
    pub(crate) name: &'static str,
    /// What the table stores.
    pub(crate) entity: EntityKind,
    /// Its columns, separated by `, `, which are the fields as errors name them.
    pub(crate) field: &'static str,
}

/// A foreign key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) name: &'static str,
    /// What the referring table stores.
    pub(crate) entity: EntityKind,
    /// The column that holds the id of what is referred to.
    pub(crate) column: &'static str,
    /// What the referenced table stores.
    pub(crate) refers_to: EntityKind,
}

/// Every unique index beside those of `seq`.
pub(crate) const UNIQUE_INDEXES: [UniqueIndex; 10] = [
    unique("workflows_by_id", EntityKind::Workflow, "id"),
    unique("workflows_by_name_and_version", EntityKind::Workflow, Workflow::UNIQUE),
    unique("executions_by_id", EntityKind::Execution, "id"),
    unique("node_boundaries_by_id", EntityKind::NodeBoundary, "id"),
    unique("node_boundaries_by_attempt", EntityKind::NodeBoundary, NodeBoundary::UNIQUE),
    unique("checkpoint_files_by_id", EntityKind::CheckpointFile, "id"),
    unique("checkpoint_files_by_checkpoint", EntityKind::CheckpointFile, CheckpointFile::UNIQUE),
    unique("node_variants_by_id", EntityKind::NodeVariant, "id"),
    unique("node_variants_by_name", EntityKind::NodeVariant, NodeVariant::UNIQUE),
    unique("evaluation_results_by_id", EntityKind::EvaluationResult, "id"),
];

/// Every foreign key, parents before the tables that refer to them. SQLite's have no names. The log has none: an entry may
/// outlive its execution, or come before it.
pub(crate) const FOREIGN_KEYS: [ForeignKey; 4] = [
    foreign("executions_workflow_id_fkey", EntityKind::Execution, "workflow_id", EntityKind::Workflow),
    foreign(
        "node_boundaries_execution_id_fkey",
        EntityKind::NodeBoundary,
        "execution_id",
        EntityKind::Execution,
    ),
    foreign("node_variants_workflow_id_fkey", EntityKind::NodeVariant, "workflow_id", EntityKind::Workflow),
    foreign(
        "evaluation_results_execution_id_fkey",
        EntityKind::EvaluationResult,
        "execution_id",
        EntityKind::Execution,
    ),
];

const fn unique(name: &'static str, entity: EntityKind, field: &'static str) -> UniqueIndex {
    UniqueIndex { name, entity, field }
}

const fn foreign(
    name: &'static str,
    entity: EntityKind,
    column: &'static str,
    refers_to: EntityKind,
) -> ForeignKey {
    ForeignKey { name, entity, column, refers_to }
}

impl UniqueIndex {
    /// The index of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        UNIQUE_INDEXES.iter().find(|index| index.name == name)
    }

    /// The index on `field` of `entity`.
    pub(crate) fn on(entity: EntityKind, field: &str) -> Option<&'static Self> {
        Self::of(entity).find(|index| index.field == field)
    }

    /// Those of `entity`, that of the id first.
    pub(crate) fn of(entity: EntityKind) -> impl Iterator<Item = &'static Self> {
        UNIQUE_INDEXES.iter().filter(move |index| index.entity == entity)
    }
}

impl ForeignKey {
    /// The key of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        FOREIGN_KEYS.iter().find(|key| key.name == name)
    }

    /// The only one that `entity` has.
    pub(crate) fn of(entity: EntityKind) -> Option<&'static Self> {
        FOREIGN_KEYS.iter().find(|key| key.entity == entity)
    }
}
