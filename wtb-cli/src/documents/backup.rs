//! What `wtb backup` copied.

use serde::Serialize;

/// What was copied.
#[derive(Debug, Serialize)]
pub(crate) struct BackupReport {
    /// Which store this is about.
    pub(crate) store: String,
    pub(crate) file: String,
    /// The size of the file.
    pub(crate) bytes: u64,
    pub(crate) duration_ns: u64,
    pub(crate) entities: Vec<Rows>,
}

/// How many entities of a kind the backup holds.
#[derive(Debug, Serialize)]
pub(crate) struct Rows {
    pub(crate) entity: &'static str,
    pub(crate) rows: u64,
}
