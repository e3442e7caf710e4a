//! Brings the rows that a target lacks, some pages in each unit.

use super::compare::Standings;
use crate::row::{Row, with_kind};
use crate::view::text::plural;
use crate::walk::Walk;
use indicatif::ProgressBar;
use wtb_config::Store;
use wtb_ports::{StoreResult, UnitOfWork};

/// Copies the rest of every kind, and answers how many rows of each that was.
///
/// # Errors
/// The first that reading or storing a page answers; the pages before it are kept.
pub(super) async fn all(
    source: &mut dyn UnitOfWork,
    target: &Store,
    standings: Standings,
    progress: &ProgressBar,
) -> StoreResult<Vec<u64>> {
    let mut copied = Vec::with_capacity(standings.len());
    for (kind, standing) in standings {
        progress.set_message(format!("copying {}", plural(kind.as_str())));
        copied.push(with_kind!(kind, rest_of_kind(source, target, standing.rest, progress))?);
    }
    progress.reset();
    Ok(copied)
}

async fn rest_of_kind<R: Row>(
    source: &mut dyn UnitOfWork,
    target: &Store,
    mut rest: Walk,
    progress: &ProgressBar,
) -> StoreResult<u64> {
    let mut copied = 0;
    loop {
        let rows = &rest.next::<R>(source).await?;
        if rows.is_empty() {
            return Ok(copied);
        }
        target.run(|unit| Box::pin(async move { R::store(unit, rows.clone()).await })).await?;
        copied += rows.len() as u64;
        tracing::debug!(kind = %R::KIND, rows = rows.len(), "copied a page");
        progress.inc(rows.len() as u64);
    }
}

/// Counts the rest of every kind.
///
/// # Errors
/// The first that reading a page answers.
pub(super) async fn counted(
    source: &mut dyn UnitOfWork,
    standings: Standings,
    progress: &ProgressBar,
) -> StoreResult<Vec<u64>> {
    let mut counts = Vec::with_capacity(standings.len());
    for (kind, standing) in standings {
        progress.set_message(format!("counting {}", plural(kind.as_str())));
        counts.push(with_kind!(kind, count_of_kind(source, standing.rest, progress))?);
    }
    Ok(counts)
}

async fn count_of_kind<R: Row>(
    source: &mut dyn UnitOfWork,
    mut rest: Walk,
    progress: &ProgressBar,
) -> StoreResult<u64> {
    let mut count = 0;
    loop {
        let rows = rest.next::<R>(source).await?.len() as u64;
        if rows == 0 {
            return Ok(count);
        }
        count += rows;
        progress.inc(rows);
    }
}
