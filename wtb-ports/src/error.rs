//! Everything a store can answer besides success.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use wtb_domain::{EntityKind, InvalidValue};

/// The cause of an error, as the store's own library reported it.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// What a caller may do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The same unit would fail again.
    Never,
    /// Nothing was kept: the whole unit may be run again, from `begin`.
    WholeUnit,
    /// Nobody knows what was kept: ask for the [outcome](crate::UnitOfWorkFactory::outcome_of) of the unit, or read back,
    /// first.
    AfterReadingBack,
}

/// An error that knows what its caller may do next.
///
/// Implement it for the error of your own use cases, so that a retrying runner understands it.
pub trait Retryable {
    /// What the caller may do.
    fn retry(&self) -> Retry;
}

/// Everything a store can answer besides success.
///
/// After any of these the unit is spent: drop it or roll it back, and begin another.
#[derive(Debug)]
pub enum StoreError {
    /// What was to be updated is not stored. (Reads answer `None`, deletes `false`.)
    NotFound {
        /// What was looked for.
        entity: EntityKind,
        /// Its identifier.
        key: String,
    },
    /// The value of a unique field, or of several that are unique together, is taken by a row that the unit sees.
    AlreadyExists {
        /// What was to be written.
        entity: EntityKind,
        /// The field, or the fields separated by `, `: `"id"` or the entity's `UNIQUE`.
        field: &'static str,
    },
    /// The unit does not see what the written entity refers to.
    MissingReference {
        /// What was to be written.
        entity: EntityKind,
        /// What it refers to.
        refers_to: EntityKind,
    },
    /// What was to be deleted is referred to by something that the unit sees.
    StillReferenced {
        /// What was to be deleted.
        entity: EntityKind,
    },
    /// A value that not every store could keep unchanged; nothing was sent.
    InvalidValue {
        /// What it is a value of.
        entity: EntityKind,
        /// The field that holds it.
        field: &'static str,
        /// What is wrong with it.
        reason: Cow<'static, str>,
    },
    /// The update was made from an older revision than the one stored.
    Stale {
        /// What was to be updated.
        entity: EntityKind,
        /// Its identifier.
        key: String,
    },
    /// Another unit changed the same things at the same time and came first: the same rows, or rows that this unit's writes
    /// depend on, be it that it does not see them or that it still sees them as they were.
    Conflict {
        /// What the store was doing.
        operation: &'static str,
        /// What its library said.
        source: Option<BoxError>,
    },
    /// A write was attempted in a unit that only reads.
    ReadOnly,
    /// A unit that writes was begun while the same task still worked in another one of the same store, which it would wait
    /// for without end. Use the open unit, or begin the second one after it ended.
    NestedUnit,
    /// An earlier call of this unit failed, or was dropped half-way; the unit was rolled back.
    Aborted,
    /// Something needed did not become available in time; nothing was kept.
    Unavailable {
        /// What was waited for, in words.
        waited_for: Cow<'static, str>,
        /// What the store's library said.
        source: Option<BoxError>,
    },
    /// Contact was lost during `commit`: the unit is kept wholly or not at all, and nobody knows which.
    ///
    /// If it was [identified](crate::UnitOfWork::identify) before, the store can be
    /// [asked](crate::UnitOfWorkFactory::outcome_of) what became of it; [`commit`](crate::UnitOfWork::commit) shows how.
    OutcomeUnknown {
        /// What the store's library said.
        source: BoxError,
    },
    /// There is no room left for what was to be written.
    StorageFull {
        /// What the store's library said.
        source: BoxError,
    },
    /// The store may be read but not written: its file, or the role that connects, lacks the right.
    NotWritable {
        /// Which file or what right, in words.
        reason: Cow<'static, str>,
    },
    /// What is at the location of the store is not what was opened there: the file was deleted, moved or replaced.
    ///
    /// Every call fails from then on. A unit whose `commit` fails with another error at that moment may be stored in the file
    /// that is gone.
    StoreReplaced {
        /// What happened to which file, and what to do, in words.
        reason: Cow<'static, str>,
    },
    /// A stored row is not an entity.
    Corrupt {
        /// What the row should be.
        entity: EntityKind,
        /// Its identifier, or its place if that cannot be read.
        key: String,
        /// The column that is wrong.
        column: &'static str,
        /// What is wrong with it.
        source: BoxError,
    },
    /// Anything else the store's library said.
    Backend {
        /// What the store was doing.
        operation: &'static str,
        /// What its library said.
        source: BoxError,
    },
}

impl StoreError {
    /// What the caller may do.
    pub const fn retry(&self) -> Retry {
        match self {
            Self::Conflict { .. } | Self::Unavailable { .. } => Retry::WholeUnit,
            Self::OutcomeUnknown { .. } => Retry::AfterReadingBack,
            Self::NotFound { .. }
            | Self::AlreadyExists { .. }
            | Self::MissingReference { .. }
            | Self::StillReferenced { .. }
            | Self::InvalidValue { .. }
            | Self::Stale { .. }
            | Self::ReadOnly
            | Self::NestedUnit
            | Self::Aborted
            | Self::StorageFull { .. }
            | Self::NotWritable { .. }
            | Self::StoreReplaced { .. }
            | Self::Corrupt { .. }
            | Self::Backend { .. } => Retry::Never,
        }
    }

    /// The entity the error is about, where it is about one.
    pub const fn entity(&self) -> Option<EntityKind> {
        match self {
            Self::NotFound { entity, .. }
            | Self::AlreadyExists { entity, .. }
            | Self::MissingReference { entity, .. }
            | Self::StillReferenced { entity }
            | Self::InvalidValue { entity, .. }
            | Self::Stale { entity, .. }
            | Self::Corrupt { entity, .. } => Some(*entity),
            Self::Conflict { .. }
            | Self::ReadOnly
            | Self::NestedUnit
            | Self::Aborted
            | Self::Unavailable { .. }
            | Self::OutcomeUnknown { .. }
            | Self::StorageFull { .. }
            | Self::NotWritable { .. }
            | Self::StoreReplaced { .. }
            | Self::Backend { .. } => None,
        }
    }
}

impl Retryable for StoreError {
    fn retry(&self) -> Retry {
        Self::retry(self)
    }
}

impl From<InvalidValue> for StoreError {
    fn from(InvalidValue { entity, field, reason }: InvalidValue) -> Self {
        Self::InvalidValue { entity, field, reason }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { entity, key } => write!(f, "{entity} {key} is not stored"),
            Self::AlreadyExists { entity, field } => write!(f, "another {entity} has the same {field}"),
            Self::MissingReference { entity, refers_to } => {
                write!(f, "the {refers_to} that this {entity} refers to is not stored")
            }
            Self::StillReferenced { entity } => write!(f, "something stored refers to this {entity}"),
            Self::InvalidValue { entity, field, reason } => {
                write!(f, "invalid {field} of {entity}: {reason}")
            }
            Self::Stale { entity, key } => write!(f, "{entity} {key} was updated since it was read"),
            Self::Conflict { operation, .. } => write!(f, "another unit came first: {operation}"),
            Self::ReadOnly => f.write_str("this unit only reads"),
            Self::NestedUnit => f.write_str(
                "a unit of the same store is still open in this task: use it, or begin another one after its end",
            ),
            Self::Aborted => f.write_str("an earlier call of this unit failed, so nothing of it is kept"),
            Self::Unavailable { waited_for, .. } => write!(f, "waited in vain for {waited_for}"),
            Self::OutcomeUnknown { .. } => {
                f.write_str("contact was lost during commit, so the unit may or may not be kept")
            }
            Self::StorageFull { .. } => f.write_str("the storage is full"),
            Self::NotWritable { reason } => write!(f, "the store cannot be written: {reason}"),
            Self::StoreReplaced { reason } => f.write_str(reason),
            Self::Corrupt { entity, key, column, .. } => {
                write!(f, "stored {entity} {key} has a corrupt {column}")
            }
            Self::Backend { operation, .. } => write!(f, "the store failed: {operation}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Conflict { source, .. } | Self::Unavailable { source, .. } => {
                source.as_deref().map(|source| source as &(dyn Error + 'static))
            }
            Self::OutcomeUnknown { source }
            | Self::StorageFull { source }
            | Self::Corrupt { source, .. }
            | Self::Backend { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTITY: EntityKind = EntityKind::NodeBoundary;

    fn every_error() -> Vec<(StoreError, Retry, &'static str)> {
        let cause = || -> BoxError { "cause".into() };
        let key = || "b-1".to_owned();
        vec![
            (
                StoreError::NotFound { entity: ENTITY, key: key() },
                Retry::Never,
                "node boundary b-1 is not stored",
            ),
            (
                StoreError::AlreadyExists { entity: ENTITY, field: "session_id, node_id, attempt" },
                Retry::Never,
                "another node boundary has the same session_id, node_id, attempt",
            ),
            (
                StoreError::MissingReference { entity: ENTITY, refers_to: EntityKind::Execution },
                Retry::Never,
                "the execution that this node boundary refers to is not stored",
            ),
            (
                StoreError::StillReferenced { entity: EntityKind::Workflow },
                Retry::Never,
                "something stored refers to this workflow",
            ),
            (
                StoreError::InvalidValue { entity: ENTITY, field: "error", reason: "too long".into() },
                Retry::Never,
                "invalid error of node boundary: too long",
            ),
            (
                StoreError::Stale { entity: ENTITY, key: key() },
                Retry::Never,
                "node boundary b-1 was updated since it was read",
            ),
            (
                StoreError::Conflict { operation: "commit", source: Some(cause()) },
                Retry::WholeUnit,
                "another unit came first: commit",
            ),
            (StoreError::ReadOnly, Retry::Never, "this unit only reads"),
            (
                StoreError::NestedUnit,
                Retry::Never,
                "a unit of the same store is still open in this task: use it, or begin another one after its end",
            ),
            (
                StoreError::Aborted,
                Retry::Never,
                "an earlier call of this unit failed, so nothing of it is kept",
            ),
            (
                StoreError::Unavailable { waited_for: "a connection".into(), source: Some(cause()) },
                Retry::WholeUnit,
                "waited in vain for a connection",
            ),
            (
                StoreError::OutcomeUnknown { source: cause() },
                Retry::AfterReadingBack,
                "contact was lost during commit, so the unit may or may not be kept",
            ),
            (StoreError::StorageFull { source: cause() }, Retry::Never, "the storage is full"),
            (
                StoreError::NotWritable { reason: "permission denied".into() },
                Retry::Never,
                "the store cannot be written: permission denied",
            ),
            (
                StoreError::StoreReplaced { reason: "a.db was deleted while it was open".into() },
                Retry::Never,
                "a.db was deleted while it was open",
            ),
            (
                StoreError::Corrupt { entity: ENTITY, key: key(), column: "status", source: cause() },
                Retry::Never,
                "stored node boundary b-1 has a corrupt status",
            ),
            (
                StoreError::Backend { operation: "commit", source: cause() },
                Retry::Never,
                "the store failed: commit",
            ),
        ]
    }

    #[test]
    fn every_error_says_what_happened_and_what_to_do() {
        for (error, retry, message) in every_error() {
            assert_eq!(error.to_string(), message);
            assert_eq!(error.retry(), retry, "{message}");
            assert_eq!(Retryable::retry(&error), retry, "{message}");
        }
    }

    #[test]
    fn errors_about_an_entity_name_it_and_causes_stay_in_the_chain() {
        for (error, _, message) in every_error() {
            let about_one = !matches!(
                error,
                StoreError::Conflict { .. }
                    | StoreError::ReadOnly
                    | StoreError::NestedUnit
                    | StoreError::Aborted
                    | StoreError::Unavailable { .. }
                    | StoreError::OutcomeUnknown { .. }
                    | StoreError::StorageFull { .. }
                    | StoreError::NotWritable { .. }
                    | StoreError::StoreReplaced { .. }
                    | StoreError::Backend { .. }
            );
            assert_eq!(error.entity().is_some(), about_one, "{message}");
            if let Some(source) = error.source() {
                assert_eq!(source.to_string(), "cause");
            }
        }
        assert_eq!(every_error().iter().filter(|(error, ..)| error.source().is_some()).count(), 6);
    }

    #[test]
    fn a_broken_rule_keeps_entity_field_and_reason() {
        let broken = InvalidValue { entity: ENTITY, field: "error", reason: "no".into() };
        let text = broken.to_string();
        assert_eq!(StoreError::from(broken).to_string(), text);
    }
}
