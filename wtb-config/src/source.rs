//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// A preset of this name.
    Preset(&'static str),
    /// A line of a settings file.
    File {
        /// The file, as it was named.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile the line belongs to, if it belongs to one.
        profile: Option<String>,
    },
    /// An environment variable of this name.
    Variable(String),
    /// The program itself, in its own words: `--store`.
    Override(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Preset(name) => write!(f, "preset {name}"),
            Self::File { path, line, profile: None } => write!(f, "{} line {line}", path.display()),
            Self::File { path, line, profile: Some(profile) } => {
                write!(f, "{} line {line} (profile {profile})", path.display())
            }
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Override(name) => f.write_str(name),
        }
    }
}

/// A setting, its value as it may be shown, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedValue {
    /// Section and name: `storage.mode`.
    pub key: &'static str,
    /// The value, without any password.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}
