//! The keys that can be set: names, variables, defaults and what they accept.

use crate::nearest::nearest;
use crate::{ConfigError, Source, redacted};

/// Something that can be set.
pub(crate) struct Key {
    /// Section and name, as in `wtb.toml`.
    pub(crate) name: &'static str,
    /// Variables of the Python system that set it too.
    pub(crate) former_variables: &'static [&'static str],
    /// Its value unless said otherwise, as text.
    pub(crate) default: &'static str,
    /// What it can be, to go on after "must be".
    pub(crate) accepts: &'static str,
}

impl Key {
    /// The variable that sets it: `WTB_SECTION__NAME`.
    pub(crate) fn variable(&self) -> String {
        variable(self.name)
    }

    /// Every variable that sets it, the oldest names first.
    pub(crate) fn variables(&self) -> impl Iterator<Item = String> {
        self.former_variables.iter().map(ToString::to_string).chain([self.variable()])
    }

    /// Whether this variable sets it.
    pub(crate) fn is_set_by(&self, variable: &str) -> bool {
        self.variables().any(|name| name == variable)
    }

    /// Whether it is the URL of a database. What is wrong with one is told in more words.
    pub(crate) fn is_url(&self) -> bool {
        self.name.ends_with("url")
    }

    /// The key of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

const UP_TO_255: &str = "a whole number from 1 to 255";
const UP_TO_65535: &str = "a whole number from 1 to 65535";
const MILLISECONDS: &str = "a whole number of milliseconds from 0 to 4294967295";
/// The server takes no longer ones.
const TIME_LIMIT: &str = "a whole number of milliseconds from 1 to 2147483647";

/// Every key, in the order it is listed to users.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "storage.mode",
        former_variables: &["WTB_STORAGE_MODE"],
        default: "inmemory",
        accepts: "inmemory or sql",
    },
    Key {
        name: "storage.url",
        former_variables: &["WTB_DB_URL", "WTB_DATABASE_URL"],
        default: "sqlite:///data/wtb.db",
        accepts: "text such as sqlite:///data/wtb.db",
    },
    Key { name: "storage.migrate", former_variables: &[], default: "apply", accepts: "apply or verify" },
    Key { name: "storage.wait_ms", former_variables: &[], default: "5000", accepts: MILLISECONDS },
    Key { name: "storage.synchronous", former_variables: &[], default: "full", accepts: "full or normal" },
    Key { name: "storage.max_readers", former_variables: &[], default: "8", accepts: UP_TO_255 },
    Key {
        name: "storage.schema",
        former_variables: &[],
        default: "public",
        accepts: "a name of lower-case letters, digits and underscores, 63 at most, that begins neither with a digit nor \
                  with pg_, and is not information_schema",
    },
    Key {
        name: "storage.application_name",
        former_variables: &[],
        default: "wtb",
        accepts: "text of 1 to 63 printable ASCII characters",
    },
    Key { name: "storage.max_connections", former_variables: &[], default: "8", accepts: UP_TO_65535 },
    Key {
        name: "storage.statement_timeout_ms",
        former_variables: &[],
        default: "60000",
        accepts: TIME_LIMIT,
    },
    Key {
        name: "storage.idle_in_transaction_timeout_ms",
        former_variables: &[],
        default: "60000",
        accepts: TIME_LIMIT,
    },
    Key { name: "storage.idle_timeout_ms", former_variables: &[], default: "600000", accepts: TIME_LIMIT },
    Key { name: "storage.max_lifetime_ms", former_variables: &[], default: "1800000", accepts: TIME_LIMIT },
    Key { name: "storage.pooler", former_variables: &[], default: "false", accepts: "true or false" },
    Key {
        name: "storage.read_url",
        former_variables: &["WTB_DB_READ_URL"],
        default: "none",
        accepts: "text such as postgresql://replica.example/wtb, or none",
    },
    Key { name: "storage.replica_wait_ms", former_variables: &[], default: "1000", accepts: MILLISECONDS },
    Key { name: "retry.window_ms", former_variables: &[], default: "60000", accepts: MILLISECONDS },
    Key { name: "retry.base_delay_ms", former_variables: &[], default: "10", accepts: MILLISECONDS },
    Key { name: "retry.max_delay_ms", former_variables: &[], default: "1000", accepts: MILLISECONDS },
    Key {
        name: "state.adapter",
        former_variables: &["STATE_ADAPTER_MODE"],
        default: "inmemory",
        accepts: "inmemory, agentgit or langgraph",
    },
    Key {
        name: "state.agentgit_db_path",
        former_variables: &["AGENTGIT_DB_PATH"],
        default: "data/agentgit.db",
        accepts: "a path in quotes",
    },
    Key {
        name: "log.level",
        former_variables: &["WTB_LOG_LEVEL"],
        default: "info",
        accepts: "off, error, warn, info, debug or trace",
    },
];

/// Keys of earlier versions, and what to write instead, to go on after "was replaced by".
const REPLACED: &[(&str, &str)] =
    &[("retry.max_attempts", "retry.window_ms: for how long a unit is retried, in milliseconds")];

/// The error about a key that is not among `names`.
pub(crate) fn unknown_key(
    key: &str,
    source: Source,
    names: impl IntoIterator<Item = &'static str>,
) -> ConfigError {
    match REPLACED.iter().find(|(replaced, _)| *replaced == key) {
        Some((key, by)) => ConfigError::ReplacedKey { key, source, by },
        None => {
            ConfigError::UnknownKey { key: redacted(key).into_owned(), source, nearest: nearest(key, names) }
        }
    }
}

/// The error about a variable that sets none of the keys, and is none of `others` either.
pub(crate) fn unknown_variable(name: &str, others: &[&str]) -> ConfigError {
    let replaced = REPLACED.iter().find(|(replaced, _)| variable(replaced) == name);
    if let Some((key, by)) = replaced {
        return ConfigError::ReplacedKey { key, source: Source::Variable(name.to_owned()), by };
    }
    let known = KEYS.iter().flat_map(Key::variables).chain(others.iter().map(ToString::to_string));
    ConfigError::UnknownVariable { name: redacted(name).into_owned(), nearest: nearest(name, known) }
}

/// The variable that sets the key of this name: `WTB_SECTION__NAME`.
fn variable(key: &str) -> String {
    format!("WTB_{}", key.replace('.', "__").to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_a_row_for_every_key() {
        let documentation = include_str!("lib.rs");
        for key in KEYS {
            let mut variables: Vec<String> = key.variables().map(|name| format!("`{name}`")).collect();
            variables.rotate_right(1);
            let row = format!("//! | `{}` | {} | `{}` | ", key.name, variables.join(", "), key.default);
            assert!(documentation.contains(&row), "{row}");
        }
    }
}
