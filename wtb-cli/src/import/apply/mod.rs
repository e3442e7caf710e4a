//! Stores what is read, in one unit: what is absent is added, what is there must be equal.

mod audit_log;
mod bring;
mod difference;
mod entities;
mod finder;
mod outcome;
mod refresh;
mod stop;
mod taken;

pub(crate) use outcome::{Manner, Outcome};
pub(crate) use stop::Stop;

use super::mapping::{
    AuditLogs, EvaluationResults, Executions, Files, Found, Interpretation, Links, NodeBoundaries,
    NodeVariants, Pass, Workflows,
};
use super::source::Source;
use bring::{Bring, Place};
use indicatif::ProgressBar;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;
use wtb_config::Store;
use wtb_ports::StoreError;

/// How often an import that met another one starts over.
const MEETINGS: u32 = 3;

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
                if let Some(taken) = finder::find(store, pass, entity).await? {
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
