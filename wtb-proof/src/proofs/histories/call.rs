//! The calls of every repository as values, and their answers in a form that can be compared.

use super::row::Row;
use super::sample::Sample;
use std::borrow::Cow;
use std::fmt;
use wtb_domain::{EntityKind, ExecutionStatus, NodeBoundaryStatus};
use wtb_ports::{PageLimit, StoreError};

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
            Self::List(List::All(_), _) => "list all",
            Self::List(..) => "list some",
            Self::Find(_) => "find",
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
}

/// A lookup of one row by something else than its identifier.
#[derive(Debug, Clone)]
pub(super) enum Find {
    WorkflowByName(String),
    WorkflowByNameAndVersion(String, String),
    BoundaryByNode(String, String),
    FileByCheckpoint(String),
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Done,
    Row(Row),
    Found(Option<Row>),
    Rows(Vec<Row>),
    Was(bool),
    /// A page, and whether there are more.
    Page(Vec<Row>, bool),
}

/// A [`StoreError`] as far as it is the same in every store: the variant and its fields, without what a library said.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Refusal {
    NotFound(EntityKind, String),
    AlreadyExists(EntityKind, &'static str),
    MissingReference(EntityKind, EntityKind),
    StillReferenced(EntityKind),
    InvalidValue(EntityKind, &'static str, Cow<'static, str>),
    Stale(EntityKind, String),
    Conflict,
    ReadOnly,
    Aborted,
    /// What nothing in a history gives reason for: that something is not there, full or broken.
    Trouble(String),
}

impl Refusal {
    /// The variant.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::NotFound(..) => "NotFound",
            Self::AlreadyExists(..) => "AlreadyExists",
            Self::MissingReference(..) => "MissingReference",
            Self::StillReferenced(_) => "StillReferenced",
            Self::InvalidValue(..) => "InvalidValue",
            Self::Stale(..) => "Stale",
            Self::Conflict => "Conflict",
            Self::ReadOnly => "ReadOnly",
            Self::Aborted => "Aborted",
            Self::Trouble(_) => "trouble",
        }
    }
}

impl From<&StoreError> for Refusal {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::NotFound { entity, key } => Self::NotFound(*entity, key.clone()),
            StoreError::AlreadyExists { entity, field } => Self::AlreadyExists(*entity, field),
            StoreError::MissingReference { entity, refers_to } => Self::MissingReference(*entity, *refers_to),
            StoreError::StillReferenced { entity } => Self::StillReferenced(*entity),
            StoreError::InvalidValue { entity, field, reason } => {
                Self::InvalidValue(*entity, field, reason.clone())
            }
            StoreError::Stale { entity, key } => Self::Stale(*entity, key.clone()),
            StoreError::Conflict { .. } => Self::Conflict,
            StoreError::ReadOnly => Self::ReadOnly,
            StoreError::Aborted => Self::Aborted,
            StoreError::Unavailable { .. }
            | StoreError::OutcomeUnknown { .. }
            | StoreError::StorageFull { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Backend { .. } => Self::Trouble(format!("{error:?}")),
        }
    }
}

/// What a store answers, as far as stores can be compared by it.
pub(super) type Answered = Result<Answer, Refusal>;

/// Whether two answers are the same to the last bit: 0.0 and -0.0 are equal, but not the same.
pub(super) fn is_same(left: &Answered, right: &Answered) -> bool {
    left == right && format!("{left:?}") == format!("{right:?}")
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

/// An identifier for people: quoted, and cut where it is long.
pub(super) fn short(id: &str) -> String {
    let beginning: String = id.chars().take(6).collect();
    if id.chars().count() > 12 { format!("{beginning:?}…") } else { format!("{id:?}") }
}

/// What became of a call, in a word or two.
pub(super) fn in_words(answered: &Answered) -> String {
    match answered {
        Ok(Answer::Done | Answer::Row(_)) => "ok".to_owned(),
        Ok(Answer::Found(found)) => if found.is_some() { "found" } else { "none" }.to_owned(),
        Ok(Answer::Rows(rows)) => format!("{} rows", rows.len()),
        Ok(Answer::Was(was)) => was.to_string(),
        Ok(Answer::Page(rows, more)) => {
            format!("{} rows{}", rows.len(), if *more { ", and more" } else { "" })
        }
        Err(refusal) => format!("{refusal:?}"),
    }
}
