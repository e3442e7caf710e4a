//! Answers in a form in which stores can be compared.

use super::row::Row;
use std::borrow::Cow;
use wtb_domain::EntityKind;
use wtb_ports::StoreError;

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
    /// What no store may answer to a history: that it failed, or that a row is corrupt.
    Failed(String),
    /// What has nothing to do with a history: that the server does not answer, or that the disk is full.
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
            Self::Failed(_) => "failed",
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
            StoreError::Corrupt { .. } | StoreError::Backend { .. } => Self::Failed(format!("{error:?}")),
            StoreError::NestedUnit
            | StoreError::Unavailable { .. }
            | StoreError::OutcomeUnknown { .. }
            | StoreError::StorageFull { .. }
            | StoreError::NotWritable { .. }
            | StoreError::StoreReplaced { .. } => Self::Trouble(format!("{error:?}")),
        }
    }
}

/// What a store answers, as far as stores can be compared by it.
pub(super) type Answered = Result<Answer, Refusal>;

/// Whether two answers are the same to the last bit: 0.0 and -0.0 are equal, but not the same.
pub(super) fn is_same(left: &Answered, right: &Answered) -> bool {
    left == right && format!("{left:?}") == format!("{right:?}")
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
