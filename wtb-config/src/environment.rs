//! The environment: which variables set what, and which are mistakes.

use crate::foreign::{DATA_DIR, is_of_a_service, is_of_python};
use crate::key::{KEYS, Key, unknown_variable};
use crate::layers::Entry;
use crate::{ConfigError, DatabaseUrl, Source};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Names the settings file.
pub(crate) const FILE: &str = "WTB_CONFIG";
/// Names the profile in it.
pub(crate) const PROFILE: &str = "WTB_PROFILE";
/// The variables that set no key.
const OTHERS: &[&str] = &[FILE, PROFILE, DATA_DIR];
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

    /// The value of a variable, if it is set, without white space around it: secrets that are mounted as files often end
    /// in a newline.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        let value = self.0.get(name)?;
        Some(value.to_str().map_or(value, |text| OsStr::new(text.trim())))
    }

    /// The database in the folder of the Python WTB's data, if that folder is set.
    pub(crate) fn default_database(&self) -> Option<Entry> {
        let database = DatabaseUrl::Sqlite(Path::new(self.get(DATA_DIR)?).join("wtb.db"));
        let source = Source::Variable(DATA_DIR.to_owned());
        Some(Entry::text(Key::named("storage.url")?, &database.to_string(), source))
    }

    /// The variables of the Python WTB that have no meaning here.
    pub(crate) fn ignored(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| is_of_python(name))
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
        let is_known = |name: &str| {
            OTHERS.contains(&name)
                || KEYS.iter().any(|key| key.is_set_by(name))
                || is_of_python(name)
                || is_of_a_service(name, |other| self.get(other))
        };
        ours.filter(move |name| !is_known(name)).map(|name| unknown_variable(name, OTHERS))
    }
}
