//! How the database's URL is read and shown: with its password only when it is opened.

use crate::DatabaseUrl;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes the URL without its password.
pub(crate) fn serialize<S: Serializer>(url: &DatabaseUrl, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(url)
}

/// Reads the URL; what is wrong with it is told without its text.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DatabaseUrl, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
