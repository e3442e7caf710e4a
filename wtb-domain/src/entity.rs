//! What the entities have in common: a kind, an identifier, a revision and rules.

use crate::{EntityKind, InvalidValue, Revision};
use std::fmt;

/// Something a store keeps under an identifier and updates by revision.
///
/// [`AuditEntry`](crate::AuditEntry) is none: its place in the log is its identity and it never changes.
pub trait Entity: Clone + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The type of its identifier.
    type Id: Clone
        + fmt::Debug
        + fmt::Display
        + Eq
        + std::hash::Hash
        + Ord
        + AsRef<str>
        + Send
        + Sync
        + 'static;

    /// Which entity this is.
    const KIND: EntityKind;

    /// Its identifier, which never changes.
    fn id(&self) -> &Self::Id;

    /// One more than the number of its updates, as of when it was read.
    fn revision(&self) -> Revision;

    /// The same entity at another revision.
    #[must_use]
    fn at_revision(self, revision: Revision) -> Self;

    /// The entity as a store keeps it: checked, and with -0.0 written as 0.0.
    ///
    /// # Errors
    /// [`InvalidValue`] names the first field that some store could not keep unchanged.
    fn validated(self) -> Result<Self, InvalidValue>;
}

/// Implements [`Entity`] for a struct with fields `id` and `revision` and an inherent `check_fields(&mut self, &Rules)`.
macro_rules! entity {
    ($name:ident, $id:ident) => {
        impl $crate::Entity for $name {
            type Id = $crate::$id;
            const KIND: $crate::EntityKind = $crate::EntityKind::$name;

            fn id(&self) -> &Self::Id {
                &self.id
            }

            fn revision(&self) -> $crate::Revision {
                self.revision
            }

            fn at_revision(mut self, revision: $crate::Revision) -> Self {
                self.revision = revision;
                self
            }

            fn validated(mut self) -> Result<Self, $crate::InvalidValue> {
                self.check_fields(&$crate::rules::Rules::<true>::of(Self::KIND))?;
                self.check_fields(&$crate::rules::Rules::<false>::of(Self::KIND))?;
                Ok(self)
            }
        }
    };
}
pub(crate) use entity;
