//! Copies everything from one store to another, whatever databases they are kept in.
//!
//! The source is read in one unit from beginning to end, so the copy shows one moment of it. First the target is
//! compared with the source: it must be empty, or with `--resume` hold the first rows of every kind. Then the other
//! rows follow, parents before the kinds that refer to them, some pages in each unit of the target. So an interruption,
//! whenever it comes, leaves the first rows of every kind. At the end both stores are read back and their digests
//! compared.

mod args;
mod compare;
mod ends;
mod report;
mod stop;
mod transfer;

pub(crate) use args::CopyArgs;
pub(crate) use report::{CopiedKind, CopyReport};

use crate::context::Context;
use crate::digest::{self, Digests};
use crate::failure::{CliError, CliResult, Exit};
use crate::interrupt::or_interrupted;
use crate::screen::Screen;
use crate::{turn, view};
use ends::Ends;
use indicatif::ProgressBar;
use report::differing;
use stop::{HINT, ended_early, stopped};
use wtb_config::Store;
use wtb_ports::{BoxUnitOfWork, StoreResult};

/// Copies.
///
/// # Errors
/// One sentence about what is in the way, or which kinds differ at the end.
pub(crate) async fn run(args: CopyArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    if context.has_store_option() {
        return Err(CliError::usage("copy takes two urls, and --store has no meaning beside them"));
    }
    let dry_run = args.dry_run;
    let interrupted =
        if dry_run { "interrupted; nothing was written".to_owned() } else { format!("interrupted; {HINT}") };
    let progress = screen.progress("opening", None);
    let copied = or_interrupted(&interrupted, Box::pin(copy(args, context, screen, &progress))).await;
    progress.finish_and_clear();
    let report = copied?;
    if dry_run {
        screen.result(&report, view::copy::report)?;
    } else {
        screen.result_of_change(&report, view::copy::report);
    }
    match differing(&report) {
        Some(error) => Err(error),
        None => Ok(Exit::Done),
    }
}

async fn copy(
    args: CopyArgs,
    context: &Context,
    screen: &Screen,
    progress: &ProgressBar,
) -> CliResult<CopyReport> {
    let CopyArgs { from, to, resume, dry_run } = args;
    let ends = Ends::open(from, to, dry_run, context, screen).await?;
    let turn = match &ends.to {
        Some(target) if !dry_run => {
            progress.set_message("waiting for other imports and copies");
            Some(turn::take(target).await?)
        }
        _ => None,
    };
    let report = fill(&ends, resume, dry_run, progress).await;
    if let Some(turn) = turn {
        turn.end().await;
    }
    report
}

/// Compares both ends, brings what the target lacks, and compares them again.
async fn fill(ends: &Ends, resume: bool, dry_run: bool, progress: &ProgressBar) -> CliResult<CopyReport> {
    // One snapshot for everything that is read of the source.
    let mut source = ends.from.begin_read().await?;
    let standings = match &ends.to {
        Some(target) if resume => {
            let mut target = as_it_is(target, dry_run).await?;
            compare::with_source(&mut *source, &mut *target, progress).await.map_err(stopped)?
        }
        Some(target) => compare::empty(&mut *as_it_is(target, dry_run).await?).await.map_err(stopped)?,
        None => compare::nothing(),
    };
    let mut report = CopyReport::new(ends, dry_run, &standings);
    match &ends.to {
        Some(target) if !dry_run => {
            target.mark_unfinished(true).await?;
            let copied = transfer::all(&mut *source, target, standings, progress).await;
            report.copied(copied.map_err(ended_early)?);
            let (from, to) = read_back(source, target, progress).await.map_err(ended_early)?;
            report.compared(from, to);
            if differing(&report).is_none() {
                target.mark_unfinished(false).await?;
            }
        }
        _ => report.copied(transfer::counted(&mut *source, standings, progress).await?),
    }
    Ok(report)
}

/// A unit that sees what the target holds. Except in a trial it may write, for a replica that is behind would hide the
/// last rows, and they would be copied again.
async fn as_it_is(target: &Store, dry_run: bool) -> StoreResult<BoxUnitOfWork> {
    if dry_run { target.begin_read().await } else { target.begin().await }
}

/// The digests of both stores.
async fn read_back(
    mut source: BoxUnitOfWork,
    target: &Store,
    progress: &ProgressBar,
) -> StoreResult<(Digests, Digests)> {
    let of_source = digest::of_store(&mut *source, progress).await?;
    // An open unit that reads nothing would be ended by some databases.
    source.rollback().await?;
    let mut target = target.begin_read_own_writes().await?;
    Ok((of_source, digest::of_store(&mut *target, progress).await?))
}
