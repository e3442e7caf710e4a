//! The store that is imported into.

use crate::context::Context;
use crate::failure::{CliError, CliResult};
use crate::screen::Screen;
use crate::turn;
use wtb_config::{OpenError, Settings, StorageMode, Store, Turn};

/// Whether the store that `settings` name is there. Changes nothing.
///
/// # Errors
/// If it cannot be looked at. If it is a database of the Python system: that is never written to, not even with tables
/// of our own.
pub(super) async fn exists(settings: &Settings) -> CliResult<bool> {
    match wtb_config::migrations(settings).await {
        Ok(status) => Ok(settings.storage.mode == StorageMode::InMemory || !status.applied.is_empty()),
        Err(OpenError::PythonDatabase { database }) => Err(CliError::failed(format!(
            "the settings name {database} as the store, and it is a database of the Python system: choose another \
             one, such as --store sqlite:///new.db"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// An open store, and what people call it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) store: Store,
    pub(super) name: String,
    /// To be held until everything is stored; a trial needs none.
    pub(super) turn: Option<Turn>,
}

impl Target {
    /// The store: as it is for a trial, otherwise made or brought up to date if necessary.
    pub(super) async fn open(dry_run: bool, context: &Context, screen: &Screen) -> CliResult<Self> {
        let (store, turn) = if dry_run {
            (context.open_for_dry_run(screen).await?, None)
        } else {
            let store = context.open_to_write(screen).await?;
            let turn = turn::take(&store).await?;
            (store, Some(turn))
        };
        Ok(Self { name: store.description().to_owned(), store, turn })
    }
}
