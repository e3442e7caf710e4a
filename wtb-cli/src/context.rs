//! What every command starts from: the global options, the settings and the store.

use crate::failure::{CliError, CliResult};
use crate::options::GlobalArgs;
use crate::screen::Screen;
use wtb_config::{DatabaseUrl, LogLevel, Migrate, Preset, Settings, Source, StorageMode, Store};

/// What every command starts from.
pub(crate) struct Context {
    options: GlobalArgs,
    /// The URL of a store that was typed, and what its user knows it by.
    store: Option<(String, &'static str)>,
}

impl Context {
    /// The context that these options describe.
    pub(crate) fn new(options: GlobalArgs) -> Self {
        let store = options.store.clone().map(|url| (url, "--store"));
        Self { options, store }
    }

    /// The same for the store at `url`, which its user knows by `name`.
    pub(crate) fn with_store(&self, url: String, name: &'static str) -> Self {
        Self { options: self.options.clone(), store: Some((url, name)) }
    }

    /// Whether a store was named by `--store`.
    pub(crate) fn has_store_option(&self) -> bool {
        self.options.store.is_some()
    }

    /// The settings: those for development, changed by `wtb.toml`, the environment and the options.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn settings(&self) -> CliResult<Settings> {
        let mut loader = Settings::loader(Preset::Development);
        if let Some(file) = &self.options.config {
            loader = loader.file(file);
        }
        if let Some(profile) = &self.options.profile {
            loader = loader.profile(profile);
        }
        if let Some((url, name)) = &self.store {
            loader = loader.store(url, name);
        }
        Ok(loader.load()?)
    }

    /// What `log.level` was set to by a file or a variable; `None` too while the settings are wrong.
    pub(crate) fn log_level(&self) -> Option<LogLevel> {
        let settings = self.settings().ok()?;
        let level = settings.sources().iter().find(|setting| setting.key == "log.level")?;
        match level.source {
            Source::Default | Source::Preset(_) => None,
            Source::File { .. } | Source::Variable(_) | Source::Override(_) => Some(settings.log.level),
        }
    }

    /// The store for a command that writes; its schema is brought up to date as the settings say.
    ///
    /// # Errors
    /// If the settings are wrong or the store cannot be opened.
    pub(crate) async fn open_to_write(&self, screen: &Screen) -> CliResult<Store> {
        let settings = self.settings()?;
        warn_of_memory(&settings, screen);
        tracing::info!(storage = %settings.storage.url, "opening the store");
        Ok(wtb_config::open(&settings).await?)
    }

    /// The store for a command that only reads: nothing is created, the schema stays as it is, and no right to write is
    /// needed.
    ///
    /// # Errors
    /// If the settings are wrong, or there is no store, or it cannot be opened.
    pub(crate) async fn open_to_read(&self, screen: &Screen) -> CliResult<Store> {
        let settings = self.settings()?;
        warn_of_memory(&settings, screen);
        must_exist(&settings)?;
        tracing::info!(storage = %settings.storage.url, "opening the store to read");
        Ok(wtb_config::open_read_only(&settings).await?)
    }

    /// The store for a dry run: its units write, and are rolled back. Nothing is created and the schema stays as it is.
    ///
    /// # Errors
    /// As [`open_to_read`](Self::open_to_read).
    pub(crate) async fn open_for_dry_run(&self, screen: &Screen) -> CliResult<Store> {
        let mut settings = self.settings()?;
        settings.storage.migrate = Migrate::Verify;
        warn_of_memory(&settings, screen);
        must_exist(&settings)?;
        Ok(wtb_config::open(&settings).await?)
    }
}

/// Refuses when the settings name a SQLite file that is not there: reading must not create it.
///
/// # Errors
/// One sentence about what to run first.
pub(crate) fn must_exist(settings: &Settings) -> CliResult<()> {
    match (settings.storage.mode, &settings.storage.url) {
        // Where the working folder is gone too, opening says so.
        (StorageMode::Sql, url @ DatabaseUrl::Sqlite(path))
            if matches!(path.try_exists(), Ok(false)) && std::path::absolute(path).is_ok() =>
        {
            Err(CliError::not_found(format!(
                "there is no store at {url} yet; `wtb import` fills one, `wtb migrate` makes an empty one"
            )))
        }
        _ => Ok(()),
    }
}

fn warn_of_memory(settings: &Settings, screen: &Screen) {
    if settings.storage.mode == StorageMode::InMemory {
        screen
            .note("storage.mode is inmemory: the store is empty now, and nothing is kept after this command");
    }
}

/// The store by the name that its users gave it, without its password.
pub(crate) fn name(settings: &Settings) -> String {
    match settings.storage.mode {
        StorageMode::InMemory => "memory".to_owned(),
        StorageMode::Sql => settings.storage.url.to_string(),
    }
}
