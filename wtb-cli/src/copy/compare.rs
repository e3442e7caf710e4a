//! Compares what a target holds with the beginning of its source, row by row.

use super::stop::{Difference, Stop};
use crate::row::{Row, with_kind};
use crate::view::text::plural;
use crate::walk::Walk;
use indicatif::ProgressBar;
use wtb_domain::EntityKind;
use wtb_ports::{PageLimit, PageRequest, StoreResult, UnitOfWork};

/// How far a target has got with the rows of a kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    /// So many it holds, equal to the first ones of the source.
    pub(super) rows: u64,
    /// Where the source goes on.
    pub(super) rest: Walk,
}

/// The standing of a target for each kind, in the order of [`EntityKind::ALL`].
pub(super) type Standings = Vec<(EntityKind, Standing)>;

/// The standings of a target that has no rows.
pub(super) fn nothing() -> Standings {
    EntityKind::ALL.iter().map(|kind| (*kind, Standing::default())).collect()
}

/// Finds a target without rows.
///
/// # Errors
/// [`Stop::NotEmpty`] if it has one.
pub(super) async fn empty(target: &mut dyn UnitOfWork) -> Result<Standings, Stop> {
    for kind in EntityKind::ALL {
        if with_kind!(*kind, has_rows(target))? {
            return Err(Stop::NotEmpty(*kind));
        }
    }
    Ok(nothing())
}

async fn has_rows<R: Row>(unit: &mut dyn UnitOfWork) -> StoreResult<bool> {
    Ok(!R::list(unit, PageRequest::first(PageLimit::MIN)).await?.items.is_empty())
}

/// Finds a target whose rows are the first ones of the source, in every kind.
///
/// # Errors
/// [`Stop`] names the first row that is not.
pub(super) async fn with_source(
    source: &mut dyn UnitOfWork,
    target: &mut dyn UnitOfWork,
    progress: &ProgressBar,
) -> Result<Standings, Stop> {
    let mut standings = Vec::with_capacity(EntityKind::ALL.len());
    for kind in EntityKind::ALL {
        progress.set_message(format!("comparing {}", plural(kind.as_str())));
        standings.push((*kind, with_kind!(*kind, kind_with_source(source, target, progress))?));
    }
    progress.reset();
    Ok(standings)
}

async fn kind_with_source<R: Row>(
    source: &mut dyn UnitOfWork,
    target: &mut dyn UnitOfWork,
    progress: &ProgressBar,
) -> Result<Standing, Stop> {
    let mut standing = Standing::default();
    let mut walk = Walk::default();
    loop {
        let stored = walk.next::<R>(target).await?;
        if stored.is_empty() {
            return Ok(standing);
        }
        let count = stored.len();
        let mut rows = Vec::new().into_iter();
        for (place, stored) in stored.iter().enumerate() {
            standing.rows += 1;
            if rows.len() == 0 {
                // No more than the target has, so that the source goes on behind them.
                let missing = count - place;
                rows = standing.rest.next_of::<R>(source, missing).await?.into_iter();
            }
            match rows.next() {
                Some(row) if row == *stored => {}
                Some(row) => return Err(Difference::between(standing.rows, &row, stored)?.into()),
                None => return Err(Stop::surplus(standing.rows, stored)),
            }
        }
        progress.inc(count as u64);
    }
}
