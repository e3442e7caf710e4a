//! What can be wrong with settings, where, and what to write instead.

use crate::Source;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// One thing that is wrong with the settings.
///
/// No message and no field repeats a value that was set: it may be a secret, also under the wrong key.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// Nothing of this name can be set.
    UnknownKey {
        /// The name.
        key: String,
        /// Where it stands.
        source: Source,
        /// What its writer probably meant.
        nearest: Option<&'static str>,
    },
    /// Earlier versions had a setting of this name.
    ReplacedKey {
        /// The name.
        key: &'static str,
        /// Where it stands.
        source: Source,
        /// What to write instead, to go on after "was replaced by".
        by: &'static str,
    },
    /// A variable with the prefix `WTB_` that sets nothing.
    UnknownVariable {
        /// Its name.
        name: String,
        /// What its writer probably meant.
        nearest: Option<String>,
    },
    /// The key cannot have this value.
    BadValue {
        /// The key.
        key: &'static str,
        /// Where the value stands.
        source: Source,
        /// What it can have, to go on after "must be".
        accepts: &'static str,
    },
    /// The URL names no database that can be opened.
    BadUrl {
        /// The key.
        key: &'static str,
        /// Where it stands.
        source: Source,
        /// What is wrong with it, without its text.
        reason: String,
    },
    /// A database is named but entities would be kept in memory, and nobody asked for that.
    NothingKept {
        /// Where the database is named.
        url: Source,
    },
    /// A replica is named, but the store is not in PostgreSQL.
    NothingToRead {
        /// Where the replica is named.
        read_url: Source,
    },
    /// Two variables set one key to different values.
    Contradiction {
        /// The key.
        key: &'static str,
        /// One variable.
        first: String,
        /// The other one.
        second: String,
    },
    /// The settings file cannot be read.
    UnreadableFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The settings file is not TOML.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character in it, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The profile asked for is in no file.
    UnknownProfile {
        /// Its name.
        name: String,
        /// The file that was read, if any.
        path: Option<PathBuf>,
        /// The profiles in that file.
        known: Vec<String>,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { key, source, nearest } => {
                write!(f, "{source}: there is no setting {key}")?;
                suggest(f, *nearest)
            }
            Self::ReplacedKey { key, source, by } => write!(f, "{source}: {key} was replaced by {by}"),
            Self::UnknownVariable { name, nearest } => {
                write!(f, "environment variable {name} sets nothing")?;
                suggest(f, nearest.as_deref())
            }
            Self::BadValue { key, source, accepts } => write!(f, "{source}: {key} must be {accepts}"),
            Self::BadUrl { key, source, reason } => write!(f, "{source}: {key} cannot be used: {reason}"),
            Self::NothingKept { url } => write!(
                f,
                "{url}: storage.url names a database, but storage.mode is inmemory by default, so nothing would be \
                 kept; set storage.mode to sql, or to inmemory if that is meant"
            ),
            Self::NothingToRead { read_url } => write!(
                f,
                "{read_url}: storage.read_url names a replica, but the store is not in postgresql; set storage.url to the \
                 database of the replica, or storage.read_url to none"
            ),
            Self::Contradiction { key, first, second } => write!(
                f,
                "environment variables {first} and {second} set {key} to different values; keep one of them"
            ),
            Self::UnreadableFile { path, cause } => {
                write!(f, "cannot read the settings file {}: {cause}", path.display())
            }
            Self::Syntax { path, line, column, reason } => {
                write!(f, "{} line {line}, column {column}: not TOML: {reason}", path.display())
            }
            Self::UnknownProfile { name, path: None, .. } => {
                write!(f, "profile {name} is asked for, but there is no settings file that could have it")
            }
            Self::UnknownProfile { name, path: Some(path), known } if known.is_empty() => {
                write!(f, "profile {name} is asked for, but {} has no profiles", path.display())
            }
            Self::UnknownProfile { name, path: Some(path), known } => {
                write!(f, "{} has no profile {name}; it has {}", path.display(), known.join(", "))
            }
        }
    }
}

fn suggest(f: &mut fmt::Formatter<'_>, nearest: Option<&str>) -> fmt::Result {
    match nearest {
        Some(name) => write!(f, "; did you mean {name}?"),
        None => Ok(()),
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UnreadableFile { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// Everything that is wrong with the settings: at least one thing.
#[derive(Debug)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// `Ok(value)` if nothing is wrong.
    pub(crate) fn unless_empty<T>(problems: Vec<ConfigError>, value: T) -> Result<T, Self> {
        if problems.is_empty() { Ok(value) } else { Err(Self(problems)) }
    }

    /// What is wrong, in the order it was found.
    pub fn iter(&self) -> std::slice::Iter<'_, ConfigError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a ConfigError;
    type IntoIter = std::slice::Iter<'a, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One line for each.
impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl Error for ConfigErrors {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.iter().find_map(Error::source)
    }
}
