//! What a store tells about its own state.

use crate::{Fact, Problem};
use wtb_domain::EntityKind;

/// What a store tells about its own state.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The number of the last step of the schema that was applied; `None` for a store without a schema.
    pub schema_version: Option<i64>,
    /// Settings and sizes, as the database names and reports them.
    pub facts: Vec<(&'static str, Fact)>,
    /// The number of stored entities of each kind; empty after a quick examination of a database.
    pub counts: Vec<(EntityKind, u64)>,
    /// What is wrong, in the order in which to repair it; empty for a healthy store.
    pub problems: Vec<Problem>,
}
