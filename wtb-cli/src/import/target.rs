//! The store that is imported into.

use crate::context::{Context, must_exist};
use crate::failure::{CliError, CliResult};
use crate::import::source::same_database;
use crate::screen::Screen;
use std::path::Path;
use wtb_config::{DatabaseUrl, Settings, StorageMode, Store};

/// Refuses a source that is the store: a database of the Python system is never written to, not even with tables of
/// our own.
///
/// # Errors
/// If `source` is the store that `settings` name, or cannot be asked whether it is.
pub(super) async fn refuse_as_source(source: &DatabaseUrl, settings: &Settings) -> CliResult<()> {
    if settings.storage.mode != StorageMode::Sql {
        return Ok(());
    }
    let (is_store, name) = match (source, &settings.storage.url) {
        (DatabaseUrl::Sqlite(file), DatabaseUrl::Sqlite(store)) => {
            (same_file(file, store), file.display().to_string())
        }
        (DatabaseUrl::Postgres(one), DatabaseUrl::Postgres(store)) => {
            (same_database(one, store).await?, one.to_string())
        }
        _ => return Ok(()),
    };
    if is_store {
        return Err(CliError::failed(format!(
            "{name} is also the store that the settings name: choose another one, such as --store sqlite:///new.db"
        )));
    }
    Ok(())
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// An open store, and what people call it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) store: Store,
    pub(super) name: String,
}

impl Target {
    /// The store, made or brought up to date if necessary.
    pub(super) async fn to_write(context: &Context, screen: &Screen) -> CliResult<Self> {
        Ok(context.open_to_write(screen).await?.into())
    }

    /// The store as it is. Where there is none, one in memory takes its place, so that a trial creates no file.
    pub(super) async fn for_trial(
        mut settings: Settings,
        context: &Context,
        screen: &Screen,
    ) -> CliResult<Self> {
        if must_exist(&settings).is_ok() {
            return Ok(context.open_to_read(screen).await?.into());
        }
        let name = settings.storage.url.to_string();
        settings.storage.mode = StorageMode::InMemory;
        Ok(Self { store: wtb_config::open(&settings).await?, name })
    }
}

impl From<Store> for Target {
    fn from(store: Store) -> Self {
        Self { name: store.description().to_owned(), store }
    }
}
