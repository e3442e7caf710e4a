//! The store that is copied, and the one it is copied into.

use crate::context::Context;
use crate::failure::{CliError, CliResult};
use crate::screen::Screen;
use wtb_config::{DatabaseUrl, Store};

/// Both stores, open.
pub(super) struct Ends {
    pub(super) from: Store,
    /// None if it does not exist and is not to be made.
    pub(super) to: Option<Store>,
    /// What people call the target.
    pub(super) to_name: String,
}

impl Ends {
    /// Opens the store at `from` to be read, and the one at `to` to be written, or only to be read if it is a trial.
    ///
    /// # Errors
    /// If one of them cannot be opened, or both are the same.
    pub(super) async fn open(
        from: String,
        to: String,
        dry_run: bool,
        context: &Context,
        screen: &Screen,
    ) -> CliResult<Self> {
        let from = context.with_store(from, "<FROM-URL>");
        let to = context.with_store(to, "<TO-URL>");
        let url = to.settings()?.storage.url;
        refuse_same(&from.settings()?.storage.url, &url)?;
        let from = from.open_to_read(screen).await?;
        if dry_run && wtb_config::migrations(&to.settings()?).await?.applied.is_empty() {
            return Ok(Self { from, to: None, to_name: url.to_string() });
        }
        let to = if dry_run { to.open_to_read(screen).await? } else { to.open_to_write(screen).await? };
        Ok(Self { from, to_name: to.description().to_owned(), to: Some(to) })
    }
}

/// Refuses to copy a store into itself.
///
/// Two URLs of one database server can look different and mean the same; then the target is not empty, or equal.
fn refuse_same(from: &DatabaseUrl, to: &DatabaseUrl) -> CliResult<()> {
    let is_same = match (from, to) {
        (DatabaseUrl::Sqlite(from), DatabaseUrl::Sqlite(to)) => {
            match (from.canonicalize(), to.canonicalize()) {
                (Ok(from), Ok(to)) => from == to,
                _ => from == to,
            }
        }
        _ => from == to,
    };
    if is_same { Err(CliError::failed(format!("both urls name the same store, {to}"))) } else { Ok(()) }
}
