//! The settings file: sections that always apply, and profiles that apply when asked for.

use crate::key::{KEYS, Key, unknown_key};
use crate::layers::Entry;
use crate::{ConfigError, Source, redacted};
use figment::value::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml_edit::{Document, Item, TableLike};

/// The section whose sections are profiles.
const PROFILE: &str = "profile";

/// What a settings file sets.
pub(crate) struct SettingsFile {
    /// The file, as it was named.
    pub(crate) path: PathBuf,
    /// What always applies.
    pub(crate) entries: Vec<Entry>,
    /// What applies when a profile is asked for, by its name.
    pub(crate) profiles: BTreeMap<String, Vec<Entry>>,
}

/// Reads a settings file. A problem that leaves something to read is added to `problems`.
pub(crate) fn read(path: &Path, problems: &mut Vec<ConfigError>) -> Result<SettingsFile, ConfigError> {
    let text = fs::read(path).and_then(decoded).map_err(|cause| ConfigError::UnreadableFile {
        path: redacted(&path.to_string_lossy()).into_owned().into(),
        cause,
    })?;
    // The library's error holds and shows the whole text with its secrets, so it is not passed on.
    let document = Document::parse(text.as_str()).map_err(|error| {
        let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
        ConfigError::Syntax {
            path: path.to_owned(),
            line,
            column,
            reason: redacted(error.message()).into_owned(),
        }
    })?;
    let mut reader = Reader { path, text: &text, problems };
    let mut file = SettingsFile { path: path.to_owned(), entries: Vec::new(), profiles: BTreeMap::new() };
    for (name, item) in document.iter() {
        if name == PROFILE {
            file.profiles = reader.profiles(item);
        } else {
            reader.item(name, item, None, &mut file.entries);
        }
    }
    Ok(file)
}

/// The text of a file, without the byte order mark that some editors write.
fn decoded(bytes: Vec<u8>) -> io::Result<String> {
    // Half of the bytes of ASCII text in UTF-16 are zero.
    let is_utf16 = matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]);
    let reason = match String::from_utf8(bytes) {
        Ok(text) if !is_utf16 => return Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        _ if is_utf16 => "it is in UTF-16; save it as UTF-8",
        _ => "it is not in UTF-8; save it as UTF-8",
    };
    Err(io::Error::new(io::ErrorKind::InvalidData, reason))
}

/// Line and column, from 1, of a byte.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let start_of_line = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start_of_line..].chars().count() + 1)
}

/// Walks the tables of one file.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    problems: &'a mut Vec<ConfigError>,
}

impl Reader<'_> {
    fn profiles(&mut self, item: &Item) -> BTreeMap<String, Vec<Entry>> {
        let mut profiles = BTreeMap::new();
        let Some(named) = item.as_table_like() else {
            self.not_a_section(PROFILE, item, None);
            return profiles;
        };
        for (name, item) in named.iter() {
            let mut entries = Vec::new();
            match item.as_table_like() {
                Some(sections) => self.table("", sections, Some(name), &mut entries),
                None => self.not_a_section(PROFILE, item, None),
            }
            profiles.insert(name.to_owned(), entries);
        }
        profiles
    }

    fn table(&mut self, path: &str, table: &dyn TableLike, profile: Option<&str>, found: &mut Vec<Entry>) {
        for (name, item) in table.iter() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.item(&path, item, profile, found);
        }
    }

    fn item(&mut self, path: &str, item: &Item, profile: Option<&str>, found: &mut Vec<Entry>) {
        if let Some(key) = Key::named(path) {
            found.push(Entry { key, value: value(item), source: self.source(item, profile) });
        } else if let Some(section) = sections().find(|section| *section == path) {
            match item.as_table_like() {
                Some(table) => self.table(section, table, profile, found),
                None => self.not_a_section(section, item, profile),
            }
        } else {
            let names = KEYS.iter().map(|key| key.name).chain(sections());
            self.problems.push(unknown_key(path, self.source(item, profile), names));
        }
    }

    fn not_a_section(&mut self, key: &'static str, item: &Item, profile: Option<&str>) {
        let source = self.source(item, profile);
        self.problems.push(ConfigError::BadValue { key, source, accepts: "a section" });
    }

    fn source(&self, item: &Item, profile: Option<&str>) -> Source {
        let (line, _) = position(self.text, item.span().map_or(0, |span| span.start));
        Source::File { path: self.path.to_owned(), line, profile: profile.map(str::to_owned) }
    }
}

fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter_map(|key| Some(key.name.split_once('.')?.0))
}

/// The item's value. What is neither text nor a whole number nor true nor false is a value of no setting.
fn value(item: &Item) -> Value {
    match (item.as_str(), item.as_integer(), item.as_bool()) {
        (Some(text), _, _) => Value::from(text.trim()),
        (_, Some(number), _) => Value::from(number),
        (_, _, Some(yes)) => Value::from(yes),
        (None, None, None) => Value::from(Vec::<Value>::new()),
    }
}
