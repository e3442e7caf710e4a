//! Copies the data of a Python workflow test bench into the store.

mod apply;
mod args;
mod mapping;
mod refusal;
mod report;
mod source;
mod target;

pub(crate) use args::ImportArgs;

use crate::context::Context;
use crate::failure::{CliResult, Exit};
use crate::screen::Screen;
use apply::{Manner, apply};
use mapping::{Times, map};
use refusal::{refused, stopped};
use report::Report;
use source::{PostgresSource, Source, SqliteSource};
use target::Target;
use wtb_config::{DatabaseUrl, Settings};

/// Imports.
///
/// # Errors
/// One sentence about what could not be read or stored.
pub(crate) async fn run(args: ImportArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let settings = context.settings()?;
    target::refuse_as_source(&args.source, &settings).await?;
    match &args.source {
        DatabaseUrl::Sqlite(path) => import(SqliteSource::open(path)?, args, settings, context, screen).await,
        DatabaseUrl::Postgres(url) => {
            import(PostgresSource::open(url).await?, args, settings, context, screen).await
        }
    }
}

async fn import(
    source: impl Source,
    args: ImportArgs,
    settings: Settings,
    context: &Context,
    screen: &Screen,
) -> CliResult<Exit> {
    let ImportArgs { dry_run, timezone, skip_invalid, .. } = args;
    let name = source.name().to_owned();
    let reading = screen.progress("reading", None);
    let mapped = map(source, &Times::in_zone(timezone), &reading).await;
    reading.finish_and_clear();
    let mapped = mapped?;
    if !skip_invalid && !mapped.invalid.is_empty() {
        return Err(refused(&name, &mapped.invalid));
    }

    let target = if dry_run {
        Target::for_trial(settings, context, screen).await?
    } else {
        Target::to_write(context, screen).await?
    };
    let storing = screen.progress("storing", Some(mapped.len()));
    let manner = Manner { dry_run, skip_invalid };
    let outcome =
        apply(&target.store, &mapped, manner, &storing).await.map_err(|stop| stopped(&name, stop))?;
    storing.finish_and_clear();

    let report = Report::new(name, target.name, dry_run, mapped, outcome);
    screen.result(&report, |look, report| report.text(look))?;
    Ok(if report.is_partial() { Exit::LeftOut } else { Exit::Done })
}
