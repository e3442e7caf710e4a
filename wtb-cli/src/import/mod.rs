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
use mapping::{Interpretation, Mapped, Times, map};
use refusal::{refused, stopped};
use report::Report;
use source::{PostgresSource, Source, SqliteSource};
use target::Target;
use wtb_config::DatabaseUrl;

/// Imports.
///
/// # Errors
/// One sentence about what could not be read or stored.
pub(crate) async fn run(args: ImportArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let ImportArgs { source, dry_run, timezone, nan_as_null, skip_invalid } = args;
    let settings = context.settings()?;
    let store_exists = target::exists(&settings).await?;
    let interpretation = Interpretation { times: Times::in_zone(timezone), nan_as_null };
    let (source, mapped) = match source {
        DatabaseUrl::Sqlite(path) => read(SqliteSource::open(&path)?, &interpretation, screen).await?,
        DatabaseUrl::Postgres(url) => {
            read(PostgresSource::open(&url).await?, &interpretation, screen).await?
        }
    };
    if !skip_invalid && !mapped.found.invalid.is_empty() {
        return Err(refused(&source, &mapped.found.invalid));
    }

    let Target { store, name, turn } = if dry_run {
        Target::for_trial(settings, store_exists, context, screen).await?
    } else {
        Target::to_write(context, screen).await?
    };
    let storing = screen.progress("storing", Some(mapped.len()));
    let manner = Manner { dry_run, skip_invalid };
    let outcome = apply(&store, &mapped, manner, &storing).await;
    if let Some(turn) = turn {
        turn.end().await;
    }
    let outcome = outcome.map_err(|stop| stopped(&source, stop))?;
    storing.finish_and_clear();

    let report = Report::new(source, name, dry_run, mapped, outcome);
    if dry_run {
        screen.result(&report, |look, report| report.text(look))?;
    } else {
        screen.result_of_change(&report, |look, report| report.text(look));
    }
    Ok(if report.is_partial() { Exit::LeftOut } else { Exit::Done })
}

/// What people call `source`, and everything in it.
async fn read(
    source: impl Source,
    interpretation: &Interpretation,
    screen: &Screen,
) -> CliResult<(String, Mapped)> {
    let name = source.name().to_owned();
    let reading = screen.progress("reading", None);
    let mapped = map(source, interpretation, &reading).await;
    reading.finish_and_clear();
    Ok((name, mapped?))
}
