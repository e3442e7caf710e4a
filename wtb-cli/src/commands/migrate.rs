//! `wtb migrate`.

use crate::context::{self, Context, name};
use crate::documents::migrate::MigrationReport;
use crate::failure::{CliResult, Exit};
use crate::screen::Screen;
use crate::view::migrate;
use clap::Args;
use wtb_config::{Migrated, MigrationStatus};

/// Whether to change anything.
#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    /// Change nothing; the exit code is 1 if steps are missing.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Brings the schema up to date, or says what is missing.
///
/// # Errors
/// If the store cannot be opened or changed.
pub(crate) async fn run(args: MigrateArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let settings = context.settings()?;
    if args.check {
        context::must_exist(&settings)?;
    }
    let store = name(&settings);
    let report = if args.check {
        let MigrationStatus { applied, pending } = wtb_config::migrations(&settings).await?;
        MigrationReport { store, applied, applied_now: Vec::new(), pending }
    } else {
        let Migrated { before, now } = wtb_config::migrate(&settings).await?;
        MigrationReport { store, applied: before, applied_now: now, pending: Vec::new() }
    };
    if args.check {
        screen.result(&report, migrate::report)?;
    } else {
        screen.result_of_change(&report, migrate::report);
    }
    Ok(if report.pending.is_empty() { Exit::Done } else { Exit::Failed })
}
