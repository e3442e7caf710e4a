//! What an operator wants to know about a store.

use wtb_domain::EntityKind;

/// What a store says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The number of the last step of the schema that was applied.
    pub schema_version: i64,
    /// Settings and sizes as the database names and tells them.
    pub facts: Vec<(&'static str, String)>,
    /// How many of each entity are stored.
    pub counts: Vec<(EntityKind, u64)>,
    /// What is wrong with the database, in words; empty if nothing is.
    pub problems: Vec<String>,
}
