//! The settings there are, section by section.

use crate::choice::choice;
use crate::{ApplicationName, DatabaseUrl, ReadUrl, RetryPolicy, SchemaName, SourcedValue, as_text};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use std::time::Duration;

choice! {
    /// Where entities are kept.
    StorageMode {
        /// In memory, for as long as the process lives.
        InMemory = "inmemory",
        /// In the database that `storage.url` names.
        Sql = "sql" | "sqlalchemy",
    }
}

choice! {
    /// What to do when the schema of the database is older than this program.
    Migrate {
        /// Bring it up to date.
        Apply = "apply",
        /// Refuse to open it.
        Verify = "verify",
    }
}

choice! {
    /// What a commit to SQLite survives.
    Synchronous {
        /// A power failure.
        Full = "full",
        /// A crash of the program; a power failure may undo the last commits, but never damages the database.
        Normal = "normal",
    }
}

choice! {
    /// Which state adapter the application composes.
    StateAdapter {
        /// Checkpoints in memory.
        InMemory = "inmemory",
        /// Checkpoints in an AgentGit database.
        AgentGit = "agentgit",
        /// Checkpoints of LangGraph, as the Python WTB has them.
        LangGraph = "langgraph",
    }
}

choice! {
    /// Which log lines a program writes.
    LogLevel {
        /// None.
        Off = "off",
        /// What failed.
        Error = "error" | "ERROR" | "CRITICAL",
        /// And what looks wrong.
        Warn = "warn" | "warning" | "WARN" | "WARNING",
        /// And what is done.
        Info = "info" | "INFO",
        /// And how.
        Debug = "debug" | "DEBUG",
        /// And every step.
        Trace = "trace" | "TRACE",
    }
}

/// Everything that can be set, and where each value came from.
///
/// `Debug` and `Serialize` show the database's URL without its password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where and how entities are kept.
    pub storage: StorageSettings,
    /// How `run` and `read` repeat a unit.
    pub retry: RetrySettings,
    /// The state adapter, for the application that composes one.
    pub state: StateSettings,
    /// What the program tells about its work.
    pub log: LogSettings,
    #[serde(skip)]
    pub(crate) sources: Vec<SourcedValue>,
    /// Variables of the Python WTB that were set and mean nothing here.
    #[serde(skip)]
    pub(crate) ignored_variables: Vec<String>,
}

/// Where and how entities are kept: `storage.*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSettings {
    /// In memory or in a database.
    pub mode: StorageMode,
    /// Which database; without meaning in memory.
    #[serde(with = "as_text")]
    pub url: DatabaseUrl,
    /// What to do about an older schema.
    pub migrate: Migrate,
    /// How long to wait for a connection or a lock, in milliseconds. To PostgreSQL this is also how long connecting may
    /// take, so 0 is for SQLite only.
    pub wait_ms: u32,
    /// SQLite: what a commit survives. PostgreSQL goes by its own `synchronous_commit`.
    pub synchronous: Synchronous,
    /// SQLite: how many units may read at the same time.
    pub max_readers: NonZeroU8,
    /// PostgreSQL: the schema that holds the tables.
    #[serde(with = "as_text")]
    pub schema: SchemaName,
    /// PostgreSQL: what the server calls the program in its lists and logs, unless the URL has an `application_name`.
    #[serde(with = "as_text")]
    pub application_name: ApplicationName,
    /// PostgreSQL: how many units may be open at the same time. Each has a connection of its own.
    pub max_connections: NonZeroU16,
    /// PostgreSQL: how long one statement may take, in milliseconds.
    #[serde(deserialize_with = "time_limit")]
    pub statement_timeout_ms: NonZeroU32,
    /// PostgreSQL: how long a unit may wait for its owner between two calls, in milliseconds.
    #[serde(deserialize_with = "time_limit")]
    pub idle_in_transaction_timeout_ms: NonZeroU32,
    /// PostgreSQL: how long an unused connection stays open, in milliseconds.
    #[serde(deserialize_with = "time_limit")]
    pub idle_timeout_ms: NonZeroU32,
    /// PostgreSQL: how old a connection may become, in milliseconds.
    #[serde(deserialize_with = "time_limit")]
    pub max_lifetime_ms: NonZeroU32,
    /// PostgreSQL: whether a pooler that hands servers from transaction to transaction stands in between.
    pub pooler: bool,
    /// PostgreSQL: the replica that units read, unless they must see the store's own writes.
    #[serde(with = "as_text")]
    pub read_url: ReadUrl,
    /// PostgreSQL: how long a unit that must see the store's own writes waits for the replica to have them, in
    /// milliseconds, before it reads the database itself.
    pub replica_wait_ms: u32,
}

/// Reads what PostgreSQL takes for a time limit. Zero would mean none, and waiting is always bounded.
fn time_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU32, D::Error> {
    let milliseconds = NonZeroU32::deserialize(deserializer)?;
    match i32::try_from(milliseconds.get()) {
        Ok(_) => Ok(milliseconds),
        Err(error) => Err(D::Error::custom(error)),
    }
}

/// How `run` and `read` repeat a unit that failed for a reason that passes: `retry.*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetrySettings {
    /// For how long attempts are repeated after the first one failed, in milliseconds; 0 for a single attempt.
    pub window_ms: u32,
    /// The longest pause before the second attempt, in milliseconds; it doubles with each attempt. 0 counts as 1.
    pub base_delay_ms: u32,
    /// The longest pause before any attempt, in milliseconds. 0 counts as 1.
    pub max_delay_ms: u32,
}

/// The state adapter, for the application that composes one: `state.*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateSettings {
    /// Which adapter.
    pub adapter: StateAdapter,
    /// The AgentGit database.
    pub agentgit_db_path: PathBuf,
}

/// What the program tells about its work: `log.*`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Which log lines it writes. The `wtb` command goes by it when it was set, and otherwise writes warnings only; its
    /// `-v` wins over it.
    pub level: LogLevel,
}

impl From<&RetrySettings> for RetryPolicy {
    fn from(settings: &RetrySettings) -> Self {
        Self {
            window: Duration::from_millis(settings.window_ms.into()),
            base_delay: Duration::from_millis(settings.base_delay_ms.into()),
            max_delay: Duration::from_millis(settings.max_delay_ms.into()),
        }
    }
}

impl Settings {
    /// Every setting, its value as it may be shown, and where it came from.
    ///
    /// This is what was loaded: fields changed by hand since then do not show.
    pub fn sources(&self) -> &[SourcedValue] {
        &self.sources
    }
}
