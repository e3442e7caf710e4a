//! The name of the schema that holds the tables of a store.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// The name of a schema: a lower-case letter or `_`, then lower-case letters, digits and `_`, 63 bytes at most.
///
/// That is what PostgreSQL understands with and without quotes, so that psql finds the tables too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaName(String);

/// A text that is no [`SchemaName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSchemaName;

impl fmt::Display for InvalidSchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a schema has lower-case letters, digits and underscores, 63 at most, and begins with no digit; pg_… and information_schema belong to postgresql")
    }
}

impl Error for InvalidSchemaName {}

impl SchemaName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidSchemaName`] for any other text, also for the names of PostgreSQL itself (`pg_…`, `information_schema`).
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidSchemaName> {
        let name = name.into();
        let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let begins_well = name.starts_with(|first: char| !first.is_ascii_digit());
        let is_reserved = name.starts_with("pg_") || name == "information_schema";
        if is_plain && begins_well && !is_reserved && name.len() <= 63 {
            Ok(Self(name))
        } else {
            Err(InvalidSchemaName)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SchemaName {
    /// `public`, which every database has.
    fn default() -> Self {
        Self("public".to_owned())
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SchemaName {
    type Err = InvalidSchemaName;

    fn from_str(name: &str) -> Result<Self, InvalidSchemaName> {
        Self::new(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_no_quotes_are_names() {
        let longest = "x".repeat(63);
        for name in ["public", "wtb", "_team_2", &longest] {
            assert_eq!(SchemaName::new(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            "2wtb",
            "Wtb",
            "a b",
            "a\"b",
            "a;b",
            "ü",
            "pg_temp",
            "pg_catalog",
            "information_schema",
            &"x".repeat(64),
        ] {
            assert_eq!(SchemaName::new(name), Err(InvalidSchemaName), "{name}");
        }
    }
}
