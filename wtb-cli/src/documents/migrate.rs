//! What `wtb migrate` did.

use serde::Serialize;

/// The steps of the schema, before and after.
#[derive(Debug, Serialize)]
pub(crate) struct MigrationReport {
    /// Which store this is about.
    pub(crate) store: String,
    /// The steps that the store had before.
    pub(crate) applied: Vec<&'static str>,
    /// The steps that were applied now.
    pub(crate) applied_now: Vec<&'static str>,
    /// The steps that are missing still.
    pub(crate) pending: Vec<&'static str>,
}
