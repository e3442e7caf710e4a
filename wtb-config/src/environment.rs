//! The environment: which variables set what, and which are mistakes.

use crate::key::{KEYS, Key, unknown_variable};
use crate::layers::Entry;
use crate::{ConfigError, Source};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// Names the settings file.
pub(crate) const FILE: &str = "WTB_CONFIG";
/// Names the profile in it.
pub(crate) const PROFILE: &str = "WTB_PROFILE";
/// The variables that set no key.
const OTHERS: &[&str] = &[FILE, PROFILE];
/// Begins the names of what only tests read.
const FOR_TESTS: &str = "WTB_TEST_";

/// Variables and their values, which may be secrets, so there is no `Debug`.
pub(crate) struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// The environment of this process.
    pub(crate) fn of_process() -> Self {
        Self::new(std::env::vars_os())
    }

    /// These variables. An empty one counts as absent, and so does one whose name is not UTF-8: no setting has it.
    pub(crate) fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let named = variables.into_iter().filter(|(_, value)| !value.is_empty());
        Self(named.filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect())
    }

    /// The value of a variable, if it is set.
    pub(crate) fn get(&self, name: &str) -> Option<&OsString> {
        self.0.get(name)
    }

    /// What the variables set, oldest key first, and what is wrong with them.
    pub(crate) fn entries(&self, problems: &mut Vec<ConfigError>) -> Vec<Entry> {
        problems.extend(self.unknown_variables());
        KEYS.iter().filter_map(|key| self.entry(key, problems)).collect()
    }

    fn entry(&self, key: &'static Key, problems: &mut Vec<ConfigError>) -> Option<Entry> {
        let mut set = key.variables().filter_map(|name| Some((self.get(&name)?, name)));
        let (value, name) = set.next()?;
        if let Some((_, second)) = set.find(|(other, _)| *other != value) {
            problems.push(ConfigError::Contradiction { key: key.name, first: name, second });
            return None;
        }
        let source = Source::Variable(name);
        let Some(text) = value.to_str() else {
            problems.push(ConfigError::BadValue { key: key.name, source, accepts: "UTF-8 text" });
            return None;
        };
        Some(Entry::text(key, text, source))
    }

    fn unknown_variables(&self) -> impl Iterator<Item = ConfigError> {
        let ours = self.0.keys().filter(|name| name.starts_with("WTB_") && !name.starts_with(FOR_TESTS));
        let is_known = |name: &str| OTHERS.contains(&name) || KEYS.iter().any(|key| key.is_set_by(name));
        ours.filter(move |name| !is_known(name)).map(|name| unknown_variable(name, OTHERS))
    }
}
