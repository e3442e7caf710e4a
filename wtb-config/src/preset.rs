//! Named starting points, which files, variables and options then change.

use std::fmt;

/// A named starting point, which files, variables and options then change.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Preset {
    /// The defaults alone: entities in memory.
    #[default]
    Default,
    /// For tests: entities and checkpoints in memory, whatever the defaults become.
    Testing,
    /// For work on one machine: SQLite in `data/wtb.db`, checkpoints in AgentGit.
    Development,
    /// For a service: a database, checkpoints in AgentGit, log lines from `warn` on. The schema is only verified,
    /// because several instances start at once and an upgrade is a decision.
    Production {
        /// Which database.
        url: String,
    },
}

/// The database's URL may hold a password.
impl fmt::Debug for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Preset {
    /// What it is called.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Testing => "testing",
            Self::Development => "development",
            Self::Production { .. } => "production",
        }
    }

    /// The keys it sets and their values, as text.
    pub(crate) fn values(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Default => vec![],
            Self::Testing => vec![("storage.mode", "inmemory"), ("state.adapter", "inmemory")],
            Self::Development => vec![
                ("storage.mode", "sql"),
                ("storage.url", "sqlite:///data/wtb.db"),
                ("state.adapter", "agentgit"),
            ],
            Self::Production { url } => vec![
                ("storage.mode", "sql"),
                ("storage.url", url),
                ("storage.migrate", "verify"),
                ("state.adapter", "agentgit"),
                ("log.level", "warn"),
            ],
        }
    }
}
