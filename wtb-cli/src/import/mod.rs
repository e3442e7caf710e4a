//! Copies the data of a Python workflow test bench into the store.

mod apply;
mod args;
mod mapping;
mod new_file;
mod refusal;
mod report;
mod source;
mod target;

pub(crate) use args::ImportArgs;

use crate::context::Context;
use crate::failure::{CliResult, Exit};
use crate::interrupt::or_interrupted_before;
use crate::screen::Screen;
use apply::{Manner, Outcome, Reading, apply, check};
use args::RowArgs;
use indicatif::ProgressBar;
use mapping::{Interpretation, Times};
use new_file::NewFile;
use refusal::stopped;
use report::Report;
use source::{PostgresSource, Source, SqliteSource, recognise};
use std::sync::atomic::AtomicBool;
use target::Target;
use tokio::sync::Mutex;
use wtb_config::DatabaseUrl;

/// Imports.
///
/// # Errors
/// One sentence about what could not be read or stored.
pub(crate) async fn run(args: ImportArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let dry_run = args.dry_run;
    let new_file = NewFile::of(&context.settings()?);
    let progress = screen.progress("reading", None);
    let committing = AtomicBool::new(false);
    let work = Box::pin(import(args, context, screen, &progress, &committing));
    let report = or_interrupted_before(&committing, "interrupted; nothing was imported", work).await;
    progress.finish_and_clear();
    if let (Err(_), Some(new_file)) = (&report, new_file) {
        new_file.take_back().await;
    }
    let report = report?;
    if dry_run {
        screen.result(&report, |look, report| report.text(look))?;
    } else {
        screen.result_of_change(&report, |look, report| report.text(look));
    }
    Ok(if report.is_partial() { Exit::LeftOut } else { Exit::Done })
}

async fn import(
    args: ImportArgs,
    context: &Context,
    screen: &Screen,
    progress: &ProgressBar,
    committing: &AtomicBool,
) -> CliResult<Report> {
    let ImportArgs { source, dry_run, timezone, rows } = args;
    let RowArgs { nan_as_null, refresh, skip_invalid } = rows;
    let store_exists = target::exists(&context.settings()?).await?;
    let interpretation = Interpretation { times: Times::in_zone(timezone), nan_as_null };
    let source: Box<dyn Source> = match source {
        DatabaseUrl::Sqlite(path) => Box::new(SqliteSource::open(&path).await?),
        DatabaseUrl::Postgres(url) => Box::new(PostgresSource::open(&url).await?),
    };
    recognise(&*source)?;
    let name = source.name().to_owned();
    let manner = Manner { dry_run, skip_invalid, refresh, source: &name };
    let source = Mutex::new(source);
    let reading = Reading { source: &source, interpretation: &interpretation, progress, committing };
    let stored = read_and_store(&reading, manner, store_exists, context, screen).await;
    source.into_inner().close().await;
    let (store, outcome) = stored?;
    Ok(Report::new(name, store, dry_run, outcome))
}

/// Reads everything once to find rows that break a rule, and a second time to store it. Answers what people call the
/// store, and what became of everything.
async fn read_and_store(
    reading: &Reading<'_>,
    manner: Manner<'_>,
    store_exists: bool,
    context: &Context,
    screen: &Screen,
) -> CliResult<(String, Outcome)> {
    let stopped = |stop| stopped(manner, stop);
    let checked = check(reading, manner, store_exists).await.map_err(stopped)?;
    if manner.dry_run && !store_exists {
        return Ok((context.settings()?.storage.url.to_string(), checked));
    }
    let Target { store, name, turn } = Target::open(manner.dry_run, context, screen).await?;
    let outcome = apply(&store, reading, manner).await;
    if let Some(turn) = turn {
        turn.end().await;
    }
    Ok((name, outcome.map_err(stopped)?))
}
