//! What `wtb digest` shows.

use crate::digest::Digest;
use serde::Serialize;

/// What the store holds.
#[derive(Debug, Serialize)]
pub(crate) struct DigestReport {
    /// Which store this is about.
    pub(crate) store: String,
    pub(crate) entities: Vec<KindDigest>,
}

/// The digest of the entities of a kind.
#[derive(Debug, Serialize)]
pub(crate) struct KindDigest {
    pub(crate) entity: &'static str,
    #[serde(flatten)]
    pub(crate) digest: Digest,
}
