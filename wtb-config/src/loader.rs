//! What to read, and reading it.

use crate::environment::{self, Environment};
use crate::file;
use crate::foreign::DATA_DIR;
use crate::key::{KEYS, Key, unknown_key};
use crate::layers::{self, Entry};
use crate::{
    ConfigError, ConfigErrors, DatabaseUrl, Preset, ReadUrl, Settings, Source, StorageMode, StorageSettings,
    redacted,
};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// The settings file that is read if it is there.
const DEFAULT_FILE: &str = "wtb.toml";

/// What to read: a preset, a settings file, the environment and what the program itself sets. Later ones win.
///
/// ```
/// use wtb_config::{Preset, Settings, StorageMode};
///
/// let settings = Settings::loader(Preset::Development)
///     .alone() // no file, and of the environment only what comes next
///     .environment([("WTB_STORAGE__WAIT_MS", "100")])
///     .set("storage.mode", "inmemory", "--dry-run")
///     .load()?;
/// assert_eq!(settings.storage.mode, StorageMode::InMemory);
/// assert_eq!(settings.storage.wait_ms, 100);
/// # Ok::<(), wtb_config::ConfigErrors>(())
/// ```
#[derive(Clone)]
pub struct Loader {
    preset: Preset,
    file: FileChoice,
    profile: Option<String>,
    environment: Option<Vec<(OsString, OsString)>>,
    overrides: Vec<Override>,
}

#[derive(Clone)]
enum FileChoice {
    /// What `WTB_CONFIG` names, or else `wtb.toml` if it is there.
    Usual,
    Named(PathBuf),
    Nothing,
}

#[derive(Clone)]
struct Override {
    key: String,
    value: String,
    name: String,
}

/// The values may be secrets.
impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("preset", &self.preset).finish_non_exhaustive()
    }
}

impl Loader {
    pub(crate) const fn new(preset: Preset) -> Self {
        Self { preset, file: FileChoice::Usual, profile: None, environment: None, overrides: Vec::new() }
    }

    /// Reads neither a file nor the environment.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { file: FileChoice::Nothing, environment: Some(Vec::new()), ..self }
    }

    /// Reads this file, which must be there, in place of `wtb.toml` or what `WTB_CONFIG` names.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        Self { file: FileChoice::Named(path.into()), ..self }
    }

    /// Applies this profile of the file, whatever `WTB_PROFILE` says.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: Some(name.into()), ..self }
    }

    /// Takes these variables for the environment, in place of the process's.
    #[must_use]
    pub fn environment<N: Into<OsString>, V: Into<OsString>>(
        self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { environment: Some(variables.collect()), ..self }
    }

    /// Sets a key (`storage.mode`) to a value written as in a variable; this wins over everything else. `name` is
    /// what users know it by: `--dry-run`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>, name: impl Into<String>) -> Self {
        self.overrides.push(Override { key: key.into(), value: value.into(), name: name.into() });
        self
    }

    /// Keeps entities in the database at `url`, whatever mode is set elsewhere, and reads them there too: a replica that
    /// is set elsewhere is one of another database. `name` is what users know it by: `--store`.
    #[must_use]
    pub fn store(self, url: impl Into<String>, name: &str) -> Self {
        self.set("storage.mode", StorageMode::Sql.as_str(), name).set("storage.url", url, name).set(
            "storage.read_url",
            ReadUrl::default().to_string(),
            name,
        )
    }

    /// Reads it all.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn load(self) -> Result<Settings, ConfigErrors> {
        let mut problems = Vec::new();
        let environment = self.environment.clone().map_or_else(Environment::of_process, Environment::new);
        let mut entries: Vec<Entry> = layers::defaults().chain(self.preset_entries()).collect();
        entries.extend(environment.default_database().filter(|database| database.replaces_default(&entries)));
        entries.extend(self.file_entries(&environment, &mut problems));
        entries.extend(environment.entries(&mut problems));
        entries.extend(self.override_entries(&mut problems));
        let mut settings = layers::extract(&entries, &mut problems);
        settings.ignored_variables = environment.ignored().map(str::to_owned).collect();
        problems.extend(nothing_kept(&settings));
        problems.extend(nothing_to_read(&settings));
        ConfigErrors::unless_empty(problems, settings)
    }

    /// The settings of a preset that nothing changes.
    #[expect(
        clippy::expect_used,
        reason = "the presets that need no argument are not input, and a test loads them"
    )]
    pub(crate) fn isolated(preset: Preset) -> Settings {
        Self::new(preset).alone().load().expect("every value of the preset is a value of its key")
    }

    fn preset_entries(&self) -> impl Iterator<Item = Entry> {
        self.preset.values().into_iter().filter_map(|(name, value)| {
            Some(Entry::text(Key::named(name)?, value, Source::Preset(self.preset.name())))
        })
    }

    fn file_entries(&self, environment: &Environment, problems: &mut Vec<ConfigError>) -> Vec<Entry> {
        let profile = self.profile.clone().or_else(|| {
            let name = environment.get(environment::PROFILE)?;
            Some(name.to_string_lossy().into_owned())
        });
        let Some(path) = self.path(environment) else {
            problems.extend(profile.map(|name| ConfigError::UnknownProfile {
                name: redacted(&name).into_owned(),
                path: None,
                known: Vec::new(),
            }));
            return Vec::new();
        };
        let mut file = match file::read(&path, problems) {
            Ok(file) => file,
            Err(problem) => {
                problems.push(problem);
                return Vec::new();
            }
        };
        let Some(name) = profile else { return file.entries };
        match file.profiles.remove(&name) {
            Some(entries) => file.entries.extend(entries),
            None => problems.push(ConfigError::UnknownProfile {
                name: redacted(&name).into_owned(),
                path: Some(file.path),
                known: file.profiles.into_keys().map(|known| redacted(&known).into_owned()).collect(),
            }),
        }
        file.entries
    }

    fn path(&self, environment: &Environment) -> Option<PathBuf> {
        match &self.file {
            FileChoice::Named(path) => Some(path.clone()),
            FileChoice::Nothing => None,
            FileChoice::Usual => match environment.get(environment::FILE) {
                Some(path) => Some(path.into()),
                None => Path::new(DEFAULT_FILE).exists().then(|| DEFAULT_FILE.into()),
            },
        }
    }

    fn override_entries(self, problems: &mut Vec<ConfigError>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for Override { key, value, name } in self.overrides {
            let source = Source::Override(name);
            if let Some(key) = Key::named(&key) {
                entries.push(Entry::text(key, &value, source));
            } else {
                problems.push(unknown_key(&key, source, KEYS.iter().map(|key| key.name)));
            }
        }
        entries
    }
}

impl Settings {
    /// The defaults, changed by `wtb.toml` and the environment.
    ///
    /// # Errors
    /// Everything that is wrong with the file and the environment.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::load(Preset::Default)
    }

    /// A preset, changed by `wtb.toml` and the environment.
    ///
    /// # Errors
    /// Everything that is wrong with the file and the environment.
    pub fn load(preset: Preset) -> Result<Self, ConfigErrors> {
        Self::loader(preset).load()
    }

    /// As [`load`](Self::load), with a say in what is read.
    pub fn loader(preset: Preset) -> Loader {
        Loader::new(preset)
    }

    /// Everything in memory. Neither a file nor the environment is read.
    pub fn for_testing() -> Self {
        Loader::isolated(Preset::Testing)
    }

    /// SQLite in `data/wtb.db`. Neither a file nor the environment is read.
    pub fn for_development() -> Self {
        Loader::isolated(Preset::Development)
    }

    /// The database at `url`, with a schema that somebody else brings up to date. Neither a file nor the
    /// environment is read.
    ///
    /// # Errors
    /// If `url` is no URL of a database.
    pub fn for_production(url: impl Into<String>) -> Result<Self, ConfigErrors> {
        Loader::new(Preset::Production { url: url.into() }).alone().load()
    }
}

/// A database that is named and then not used would lose everything without a word.
fn nothing_kept(settings: &Settings) -> Option<ConfigError> {
    let source = |key| settings.sources.iter().find(|value| value.key == key).map(|value| &value.source);
    let by_default = source("storage.mode") == Some(&Source::Default);
    let url = source("storage.url").filter(|url| match url {
        Source::Default => false,
        // It says where a database would be, not that there is one.
        Source::Variable(name) => name != DATA_DIR,
        _ => true,
    })?;
    by_default.then(|| ConfigError::NothingKept { url: url.clone() })
}

/// A replica of what is no server would never be read.
fn nothing_to_read(settings: &Settings) -> Option<ConfigError> {
    let StorageSettings { mode, url, read_url, .. } = &settings.storage;
    let has_replicas = *mode == StorageMode::Sql && matches!(url, DatabaseUrl::Postgres(_));
    let set = settings.sources.iter().find(|value| value.key == "storage.read_url")?;
    (read_url.replica().is_some() && !has_replicas)
        .then(|| ConfigError::NothingToRead { read_url: set.source.clone() })
}
