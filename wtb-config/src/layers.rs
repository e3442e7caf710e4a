//! Values from several places, of which the latest counts.

use crate::key::{KEYS, Key};
use crate::{ConfigError, Settings, Source, SourcedValue, redacted};
use figment::error::Kind;
use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

/// A value of a key, and where it came from. It may be a secret, so there is no `Debug`.
pub(crate) struct Entry {
    pub(crate) key: &'static Key,
    pub(crate) value: Value,
    pub(crate) source: Source,
}

impl Entry {
    /// A value from a place where everything is text. White space around it is no part of it.
    pub(crate) fn text(key: &'static Key, text: &str, source: Source) -> Self {
        Self { key, value: Value::from(text.trim()), source }
    }

    /// Whether the value of its key that counts among `entries` is the default, whoever wrote it.
    pub(crate) fn replaces_default(&self, entries: &[Self]) -> bool {
        let counting = entries.iter().rfind(|entry| entry.key.name == self.key.name);
        counting.is_some_and(|entry| entry.value == Value::from(self.key.default))
    }
}

impl Provider for Entry {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let section = nest(self.key.name, self.value.clone()).into_dict().unwrap_or_default();
        Ok(Map::from([(Profile::Default, section)]))
    }
}

/// The defaults, before anything else.
pub(crate) fn defaults() -> impl Iterator<Item = Entry> {
    KEYS.iter().map(|key| Entry::text(key, key.default, Source::Default))
}

/// The settings that the entries make, the latest last, and what is wrong with those that count.
///
/// figment stops at the first bad value. To find them all, the value that counts for each key is put beside good
/// values of the others; a bad one is reported and left out.
#[expect(clippy::expect_used, reason = "the defaults are not input, and a test extracts them")]
pub(crate) fn extract(entries: &[Entry], problems: &mut Vec<ConfigError>) -> Settings {
    let mut good = defaults().fold(Figment::new(), Figment::merge);
    let mut settings: Settings = good.extract_lossy().expect("every default is a value of its key");
    let mut counting = Vec::new();
    for entry in KEYS.iter().filter_map(|key| entries.iter().rfind(|entry| entry.key.name == key.name)) {
        let candidate = good.clone().merge(entry);
        match candidate.extract_lossy() {
            Ok(changed) => {
                settings = changed;
                good = candidate;
                counting.push(entry);
            }
            Err(error) => problems.push(bad_value(entry, error)),
        }
    }
    settings.sources = sourced_values(&settings, &counting);
    settings
}

fn bad_value(entry: &Entry, error: Error) -> ConfigError {
    let Entry { key, source, .. } = entry;
    match error.kind {
        // Our own words, which do not repeat the URL; every other kind of error repeats the value.
        Kind::Message(reason) if key.is_url() => {
            ConfigError::BadUrl { key: key.name, source: source.clone(), reason }
        }
        _ => ConfigError::BadValue { key: key.name, source: source.clone(), accepts: key.accepts },
    }
}

/// The values as their types show them, which is without passwords.
fn sourced_values(settings: &Settings, counting: &[&Entry]) -> Vec<SourcedValue> {
    let shown = Value::serialize(settings).ok();
    let text = |key: &str| match shown.as_ref()?.find_ref(key)? {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, yes) => Some(yes.to_string()),
        number => number.to_u128().map(|number| number.to_string()),
    };
    counting
        .iter()
        .filter_map(|entry| {
            let value = text(entry.key.name)?;
            let value = redacted(&value).into_owned();
            Some(SourcedValue { key: entry.key.name, value, source: entry.source.clone() })
        })
        .collect()
}
