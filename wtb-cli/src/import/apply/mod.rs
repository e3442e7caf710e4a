//! Stores what is read, in one unit: what is absent is added, what is there must be equal.

mod audit_log;
mod bring;
mod difference;
mod entities;
mod stop;
mod taken;

pub(crate) use stop::Stop;

use super::mapping::{
    Adjusted, AuditLogs, EvaluationResults, Executions, Files, Found, Interpretation, LeftOut, Links, NoHome,
    NodeBoundaries, NodeVariants, Pass, Workflows,
};
use super::source::Source;
use bring::{Bring, Place};
use indicatif::ProgressBar;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;
use wtb_config::Store;
use wtb_domain::{EntityKind, ExecutionId, ExecutionStatus};
use wtb_ports::StoreError;

/// How often an import that met another one starts over.
const MEETINGS: u32 = 3;

/// How to store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// Undo everything at the end.
    pub(crate) dry_run: bool,
    /// Leave out rows that break a rule, instead of stopping.
    pub(crate) skip_invalid: bool,
    /// Update rows that only the source changed since they were imported, instead of stopping.
    pub(crate) refresh: bool,
    /// What people call the source.
    pub(crate) source: &'a str,
}

/// What became of the entities of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// So many were absent and were added.
    pub(crate) added: u64,
    /// So many were stored before, and equal.
    pub(crate) already_there: u64,
    /// So many were stored before, and were updated.
    pub(crate) updated: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.already_there += other.already_there;
        self.updated += other.updated;
    }
}

/// What became of everything.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Parents before the kinds that refer to them.
    pub(crate) tallies: Vec<(EntityKind, Tally)>,
    /// The rows that were left out.
    pub(crate) left_out: LeftOut,
    /// What there is no place for.
    pub(crate) no_home: NoHome,
    /// The values that are stored in another form.
    pub(crate) adjusted: Vec<Adjusted>,
    /// The known tables that the source does not have.
    pub(crate) missing: Vec<&'static str>,
    /// An execution to look at: the first that failed, or the first of all.
    pub(crate) example: Option<(ExecutionId, ExecutionStatus)>,
}

/// What is read, and how.
pub(crate) struct Reading<'a> {
    /// Read by one pass at a time.
    pub(crate) source: &'a Mutex<Box<dyn Source>>,
    pub(crate) interpretation: &'a Interpretation,
    pub(crate) progress: &'a ProgressBar,
    /// Set once everything is written and only the commit is left.
    pub(crate) committing: &'a AtomicBool,
}

/// Reads everything and stores nothing: what would become of it in an empty store. What the source refers to may be
/// elsewhere if there is a store.
///
/// # Errors
/// [`Stop`] says why nothing can be stored.
pub(crate) async fn check(
    reading: &Reading<'_>,
    manner: Manner<'_>,
    store_exists: bool,
) -> Result<Outcome, Stop> {
    bring_all(reading, Place::None { store_exists }, manner).await
}

/// Reads everything and stores it in one unit.
///
/// # Errors
/// [`Stop`] says why nothing was stored.
pub(crate) async fn apply(store: &Store, reading: &Reading<'_>, manner: Manner<'_>) -> Result<Outcome, Stop> {
    for _ in 0..MEETINGS {
        let attempt = store.run(|unit| {
            Box::pin(async move {
                reading.committing.store(false, Ordering::Relaxed);
                let outcome = bring_all(reading, Place::Unit(unit), manner).await?;
                reading.committing.store(!manner.dry_run, Ordering::Relaxed);
                // Only an error keeps a unit from being committed.
                if manner.dry_run { Err(Stop::DryRun(outcome.into())) } else { Ok(outcome) }
            })
        });
        match attempt.await {
            Err(Stop::DryRun(outcome)) => return Ok(*outcome),
            Err(Stop::Store(StoreError::AlreadyExists { entity, .. })) => {
                let mut source = reading.source.lock().await;
                let pass = Pass::new(&mut **source, reading.interpretation, reading.progress)?;
                if let Some(taken) = taken::find(store, pass, entity).await? {
                    return Err(Stop::Taken(taken));
                }
                // Nothing else has these unique fields: another import of the same source was faster.
            }
            outcome => return outcome,
        }
    }
    Err(Stop::KeepsMeeting)
}

async fn bring_all(reading: &Reading<'_>, place: Place<'_>, manner: Manner<'_>) -> Result<Outcome, Stop> {
    let mut source = reading.source.lock().await;
    let mut pass = Pass::new(&mut **source, reading.interpretation, reading.progress)?;
    let mut bring = Bring::new(place, manner);
    if let Place::Unit(unit) = &mut bring.place {
        bring.logged = audit_log::read(&mut **unit, &mut pass.found).await?;
    }
    pass.table(Workflows, &mut bring).await?;
    pass.table(Executions, &mut bring).await?;
    pass.table(NodeBoundaries, &mut bring).await?;
    pass.table(Files, &mut bring).await?;
    pass.table(NodeVariants, &mut bring).await?;
    pass.table(Links, &mut bring).await?;
    pass.table(EvaluationResults, &mut bring).await?;
    pass.table(AuditLogs, &mut bring).await?;
    let found = pass.finish().await?;
    if bring.is_stopped(&found) {
        return Err(Stop::Invalid(found.left_out));
    }
    let Found { left_out, no_home, adjusted, missing, seen: _ } = found;
    let tallies = bring.tallies.into_iter().collect();
    Ok(Outcome { tallies, left_out, no_home, adjusted, missing, example: bring.example })
}
