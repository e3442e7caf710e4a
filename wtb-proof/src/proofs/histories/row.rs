//! A row of any table, with what the model has to know about it.

use wtb_contract::Stored;
use wtb_domain::{
    AuditEntry, CheckpointFile, Entity, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant,
    Revision, Workflow,
};

/// A row of any table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    Workflow(Workflow),
    Execution(Execution),
    NodeBoundary(NodeBoundary),
    CheckpointFile(CheckpointFile),
    NodeVariant(NodeVariant),
    EvaluationResult(EvaluationResult),
    AuditEntry(AuditEntry),
}

impl Row {
    /// Which table it is in.
    pub(super) fn kind(&self) -> EntityKind {
        match self {
            Self::Workflow(_) => EntityKind::Workflow,
            Self::Execution(_) => EntityKind::Execution,
            Self::NodeBoundary(_) => EntityKind::NodeBoundary,
            Self::CheckpointFile(_) => EntityKind::CheckpointFile,
            Self::NodeVariant(_) => EntityKind::NodeVariant,
            Self::EvaluationResult(_) => EntityKind::EvaluationResult,
            Self::AuditEntry(_) => EntityKind::AuditEntry,
        }
    }

    /// Its identifier and its revision; entries of the log have none.
    fn identity(&self) -> Option<(&str, Revision)> {
        match self {
            Self::Workflow(row) => Some((row.id.as_str(), row.revision)),
            Self::Execution(row) => Some((row.id.as_str(), row.revision)),
            Self::NodeBoundary(row) => Some((row.id.as_str(), row.revision)),
            Self::CheckpointFile(row) => Some((row.id.as_str(), row.revision)),
            Self::NodeVariant(row) => Some((row.id.as_str(), row.revision)),
            Self::EvaluationResult(row) => Some((row.id.as_str(), row.revision)),
            Self::AuditEntry(_) => None,
        }
    }

    /// Its identifier, if it has one.
    pub(super) fn id(&self) -> Option<&str> {
        self.identity().map(|(id, _)| id)
    }

    /// How often it was updated; an entry of the log never is.
    pub(super) fn revision(&self) -> Revision {
        self.identity().map_or(Revision::FIRST, |(_, revision)| revision)
    }

    /// The same at another revision.
    pub(super) fn at_revision(mut self, revision: Revision) -> Self {
        match &mut self {
            Self::Workflow(row) => row.revision = revision,
            Self::Execution(row) => row.revision = revision,
            Self::NodeBoundary(row) => row.revision = revision,
            Self::CheckpointFile(row) => row.revision = revision,
            Self::NodeVariant(row) => row.revision = revision,
            Self::EvaluationResult(row) => row.revision = revision,
            Self::AuditEntry(_) => {}
        }
        self
    }

    /// The fields beside the identifier that are unique together, and their values.
    pub(super) fn unique(&self) -> Option<(&'static str, Vec<String>)> {
        match self {
            Self::Workflow(row) => Some(("name, version", vec![row.name.clone(), row.version.clone()])),
            Self::NodeBoundary(row) => Some((
                "session_id, node_id, attempt",
                vec![row.session_id.to_string(), row.node_id.to_string(), row.attempt.to_string()],
            )),
            Self::CheckpointFile(row) => Some(("checkpoint_id", vec![row.checkpoint_id.to_string()])),
            Self::NodeVariant(row) => Some((
                "workflow_id, node_id, name",
                vec![row.workflow_id.to_string(), row.node_id.to_string(), row.name.clone()],
            )),
            Self::Execution(_) | Self::EvaluationResult(_) | Self::AuditEntry(_) => None,
        }
    }

    /// The row that has to be stored as long as this one is: its table and its identifier.
    pub(super) fn parent(&self) -> Option<(EntityKind, &str)> {
        match self {
            Self::Execution(row) => Some((EntityKind::Workflow, row.workflow_id.as_str())),
            Self::NodeVariant(row) => Some((EntityKind::Workflow, row.workflow_id.as_str())),
            Self::NodeBoundary(row) => Some((EntityKind::Execution, row.execution_id.as_str())),
            Self::EvaluationResult(row) => Some((EntityKind::Execution, row.execution_id.as_str())),
            Self::Workflow(_) | Self::CheckpointFile(_) | Self::AuditEntry(_) => None,
        }
    }

    /// Whether this is the row of a table with an identifier.
    pub(super) fn is(&self, kind: EntityKind, id: &str) -> bool {
        self.kind() == kind && self.id() == Some(id)
    }
}

/// An entity that can be held as a [`Row`].
pub(super) trait Kept: Stored {
    /// The entity as a row.
    fn into_row(self) -> Row;

    /// The entity in a row of its kind.
    ///
    /// # Panics
    /// If the row is of another kind.
    fn from_row(row: Row) -> Self;

    /// The identifier of this text.
    ///
    /// # Panics
    /// If it cannot be one.
    fn id_of(text: &str) -> <Self as Entity>::Id;
}

macro_rules! kept {
    ($($kind:ident),+) => {$(
        impl Kept for $kind {
            fn into_row(self) -> Row {
                Row::$kind(self)
            }

            fn from_row(row: Row) -> Self {
                match row {
                    Row::$kind(entity) => entity,
                    other => panic!("{other:?} is no {}", Self::KIND),
                }
            }

            fn id_of(text: &str) -> <Self as Entity>::Id {
                text.parse().expect("an identifier")
            }
        }
    )+};
}

kept!(Workflow, Execution, NodeBoundary, CheckpointFile, NodeVariant, EvaluationResult);
