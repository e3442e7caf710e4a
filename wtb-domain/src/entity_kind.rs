//! The kinds of entities.

use std::fmt;

/// Which entity something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// A [`Workflow`](crate::Workflow).
    Workflow,
    /// An [`Execution`](crate::Execution).
    Execution,
    /// A [`NodeBoundary`](crate::NodeBoundary).
    NodeBoundary,
    /// A [`CheckpointFile`](crate::CheckpointFile).
    CheckpointFile,
    /// A [`NodeVariant`](crate::NodeVariant).
    NodeVariant,
    /// An [`EvaluationResult`](crate::EvaluationResult).
    EvaluationResult,
    /// An [`AuditEntry`](crate::AuditEntry).
    AuditEntry,
}

impl EntityKind {
    /// Every kind, parents before the kinds that refer to them.
    pub const ALL: &'static [Self] = &[
        Self::Workflow,
        Self::Execution,
        Self::NodeBoundary,
        Self::CheckpointFile,
        Self::NodeVariant,
        Self::EvaluationResult,
        Self::AuditEntry,
    ];

    /// Its name in lower case, as messages use it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Execution => "execution",
            Self::NodeBoundary => "node boundary",
            Self::CheckpointFile => "checkpoint file",
            Self::NodeVariant => "node variant",
            Self::EvaluationResult => "evaluation result",
            Self::AuditEntry => "audit entry",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
