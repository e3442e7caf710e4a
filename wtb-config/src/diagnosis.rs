//! What a store tells about its own state.

use wtb_domain::EntityKind;

/// What a store tells about its own state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The number of the last step of the schema that was applied; `None` for a store without a schema.
    pub schema_version: Option<i64>,
    /// Settings and sizes of the database, as it names and tells them.
    pub facts: Vec<(&'static str, String)>,
    /// How many entities of each kind are stored.
    pub counts: Vec<(EntityKind, u64)>,
    /// What is wrong, in words; empty for a healthy store.
    pub problems: Vec<String>,
}
