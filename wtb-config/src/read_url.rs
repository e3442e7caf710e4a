//! Where units read: a replica, or the database itself.

use crate::DatabaseUrl;
use std::fmt;
use std::str::FromStr;
use wtb_adapter_sql::{InvalidDatabaseUrl, PostgresUrl};

/// The URL of a replica, or `none` to read where is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadUrl(Option<PostgresUrl>);

/// A text that is no [`ReadUrl`]. Never quotes the text, which may carry a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidReadUrl {
    /// It is no URL of a database.
    Url(InvalidDatabaseUrl),
    /// It names a file.
    Sqlite,
}

impl fmt::Display for InvalidReadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(invalid) => invalid.fmt(f),
            Self::Sqlite => f.write_str("only postgresql has replicas to read; write none for sqlite"),
        }
    }
}

impl std::error::Error for InvalidReadUrl {}

impl ReadUrl {
    /// The replica, if there is one.
    pub fn replica(&self) -> Option<&PostgresUrl> {
        self.0.as_ref()
    }
}

/// Without user, password and parameters.
impl fmt::Display for ReadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(url) => url.fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl FromStr for ReadUrl {
    type Err = InvalidReadUrl;

    fn from_str(text: &str) -> Result<Self, InvalidReadUrl> {
        if text == "none" {
            return Ok(Self(None));
        }
        match DatabaseUrl::parse(text).map_err(InvalidReadUrl::Url)? {
            DatabaseUrl::Postgres(url) => Ok(Self(Some(url))),
            DatabaseUrl::Sqlite(_) => Err(InvalidReadUrl::Sqlite),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_is_in_postgresql_or_there_is_none() {
        assert_eq!("none".parse(), Ok(ReadUrl::default()));
        let replica: ReadUrl = "postgresql://wtb:hunter2@replica.example/wtb".parse().unwrap();
        assert_eq!(replica.to_string(), "postgresql://replica.example/wtb");
        assert_eq!("sqlite:///wtb.db".parse::<ReadUrl>(), Err(InvalidReadUrl::Sqlite));
        assert_eq!("".parse::<ReadUrl>(), Err(InvalidReadUrl::Url(InvalidDatabaseUrl::Scheme)));
    }
}
