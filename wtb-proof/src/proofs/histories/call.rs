//! The calls of every repository as values.

use super::row::Row;
use super::sample::{Sample, short};
use std::fmt;
use wtb_domain::{EntityKind, ExecutionStatus, NodeBoundaryStatus};
use wtb_ports::PageLimit;

/// A call of a repository. Which page of a list it is about is told beside it.
#[derive(Debug, Clone)]
pub(super) enum Call {
    GetById(EntityKind, String),
    GetByIds(EntityKind, Vec<String>),
    Add(Sample),
    AddAll(EntityKind, Vec<Sample>),
    Update(Sample),
    Delete(EntityKind, String),
    Append(Option<String>, Vec<Sample>),
    List(List, PageLimit),
    Find(Find),
}

impl Call {
    /// The method, in a word or two.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::GetById(..) => "get by id",
            Self::GetByIds(..) => "get by ids",
            Self::Add(_) => "add",
            Self::AddAll(..) => "add all",
            Self::Update(_) => "update",
            Self::Delete(..) => "delete",
            Self::Append(..) => "append",
            Self::List(list, _) => list.name(),
            Self::Find(find) => find.name(),
        }
    }

    /// Whether it changes something.
    pub(super) fn writes(&self) -> bool {
        match self {
            Self::Add(_) | Self::AddAll(..) | Self::Update(_) | Self::Delete(..) | Self::Append(..) => true,
            Self::GetById(..) | Self::GetByIds(..) | Self::List(..) | Self::Find(_) => false,
        }
    }

    /// The rows that it is to write.
    pub(super) fn samples(&self) -> &[Sample] {
        match self {
            Self::Add(sample) | Self::Update(sample) => std::slice::from_ref(sample),
            Self::AddAll(_, samples) | Self::Append(_, samples) => samples,
            Self::GetById(..) | Self::GetByIds(..) | Self::Delete(..) | Self::List(..) | Self::Find(_) => &[],
        }
    }

    /// The row that it is to change or remove, if it is there.
    pub(super) fn target(&self) -> Option<(EntityKind, &str)> {
        match self {
            Self::Update(sample) => Some((sample.row.kind(), sample.row.id()?)),
            Self::Delete(kind, id) => Some((*kind, id)),
            _ => None,
        }
    }
}

/// A list of a repository.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum List {
    All(EntityKind),
    ExecutionsOfWorkflow(String),
    ExecutionsIn(ExecutionStatus),
    RunningExecutions,
    BoundariesOfSession(String),
    CompletedBoundaries(String),
    BoundariesOfExecution(String),
    FilesOfCommit(String),
    VariantsOfNode(String, String),
    ActiveVariants(String, String),
    VariantsOfWorkflow(String),
    ResultsOfExecution(String),
    LogOfExecution(String),
}

impl List {
    /// Whether a row is in the list.
    pub(super) fn has(&self, row: &Row) -> bool {
        match (self, row) {
            (Self::All(kind), row) => row.kind() == *kind,
            (Self::ExecutionsOfWorkflow(id), Row::Execution(row)) => row.workflow_id.as_str() == id,
            (Self::ExecutionsIn(status), Row::Execution(row)) => row.status == *status,
            (Self::RunningExecutions, Row::Execution(row)) => row.status == ExecutionStatus::Running,
            (Self::BoundariesOfSession(id), Row::NodeBoundary(row)) => row.session_id.as_str() == id,
            (Self::CompletedBoundaries(id), Row::NodeBoundary(row)) => {
                row.session_id.as_str() == id && row.status == NodeBoundaryStatus::Completed
            }
            (Self::BoundariesOfExecution(id), Row::NodeBoundary(row)) => row.execution_id.as_str() == id,
            (Self::FilesOfCommit(id), Row::CheckpointFile(row)) => row.file_commit_id.as_str() == id,
            (Self::VariantsOfNode(workflow, node), Row::NodeVariant(row)) => {
                row.workflow_id.as_str() == workflow && row.node_id.as_str() == node
            }
            (Self::ActiveVariants(workflow, node), Row::NodeVariant(row)) => {
                row.workflow_id.as_str() == workflow && row.node_id.as_str() == node && row.is_active
            }
            (Self::VariantsOfWorkflow(id), Row::NodeVariant(row)) => row.workflow_id.as_str() == id,
            (Self::ResultsOfExecution(id), Row::EvaluationResult(row)) => row.execution_id.as_str() == id,
            (Self::LogOfExecution(id), Row::AuditEntry(row)) => {
                row.execution_id.as_ref().is_some_and(|own| own.as_str() == id)
            }
            _ => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::ExecutionsOfWorkflow(_) => "executions of a workflow",
            Self::ExecutionsIn(_) => "executions in a status",
            Self::RunningExecutions => "running executions",
            Self::BoundariesOfSession(_) => "boundaries of a session",
            Self::CompletedBoundaries(_) => "completed boundaries of a session",
            Self::BoundariesOfExecution(_) => "boundaries of an execution",
            Self::FilesOfCommit(_) => "files of a commit",
            Self::VariantsOfNode(..) => "variants of a node",
            Self::ActiveVariants(..) => "active variants of a node",
            Self::VariantsOfWorkflow(_) => "variants of a workflow",
            Self::ResultsOfExecution(_) => "results of an execution",
            Self::LogOfExecution(_) => "log of an execution",
        }
    }
}

/// A lookup of one row by something else than its identifier.
#[derive(Debug, Clone)]
pub(super) enum Find {
    WorkflowByName(String),
    WorkflowByNameAndVersion(String, String),
    BoundaryByNode(String, String),
    FileByCheckpoint(String),
}

impl Find {
    fn name(&self) -> &'static str {
        match self {
            Self::WorkflowByName(_) => "workflow by name",
            Self::WorkflowByNameAndVersion(..) => "workflow by name and version",
            Self::BoundaryByNode(..) => "boundary by node",
            Self::FileByCheckpoint(_) => "file by checkpoint",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GetById(kind, id) => write!(f, "get {kind} {}", short(id)),
            Self::GetByIds(kind, ids) => {
                let ids: Vec<String> = ids.iter().map(|id| short(id)).collect();
                write!(f, "get {kind} {}", ids.join(", "))
            }
            Self::Add(sample) => write!(f, "add {sample}"),
            Self::AddAll(kind, samples) => write!(f, "add all of {kind}: {}", joined(samples)),
            Self::Update(sample) => write!(f, "update {sample}"),
            Self::Delete(kind, id) => write!(f, "delete {kind} {}", short(id)),
            Self::Append(log, entries) => {
                let log = log.as_deref().map_or_else(|| "all".to_owned(), short);
                write!(f, "append to the log of {log}: {}", joined(entries))
            }
            Self::List(list, limit) => write!(f, "list {list:?}, at most {}", limit.get()),
            Self::Find(find) => write!(f, "find {find:?}"),
        }
    }
}

fn joined(samples: &[Sample]) -> String {
    samples.iter().map(Sample::to_string).collect::<Vec<_>>().join("; ")
}
