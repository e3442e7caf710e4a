//! Two entities with the same unique fields.

use std::fmt;
use wtb_domain::{Entity, EntityKind};

/// Two entities that cannot both be stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    entity: EntityKind,
    incoming: String,
    stored: String,
    unique: &'static str,
}

impl Taken {
    /// About `incoming`, whose `unique` fields `stored` has.
    pub(super) fn between<E: Entity>(incoming: &E, stored: &E, unique: &'static str) -> Self {
        let (incoming, stored) = (incoming.id().to_string(), stored.id().to_string());
        Self { entity: E::KIND, incoming, stored, unique }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entity, incoming, stored, unique } = self;
        write!(f, "{entity} {incoming} has the same {unique} as the stored {entity} {stored}")
    }
}
