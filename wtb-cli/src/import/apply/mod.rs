//! Stores what was read, in one unit: what is absent is added, what is there must be equal.

mod audit_log;
mod difference;
mod entities;
mod parents;
mod stop;
mod taken;

pub(crate) use stop::Stop;

use super::mapping::{InvalidRow, Mapped};
use entities::bring;
use indicatif::ProgressBar;
use parents::{Orphans, with_parent};
use wtb_config::Store;
use wtb_domain::EntityKind;
use wtb_ports::{StoreError, UnitOfWork};

/// How often an import that met another one starts over.
const MEETINGS: u32 = 3;

/// How to store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Undo everything at the end.
    pub(crate) dry_run: bool,
    /// Leave out rows without their parent, in place of stopping.
    pub(crate) skip_invalid: bool,
}

/// What became of the entities of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// So many were absent and were added.
    pub(crate) added: u64,
    /// So many were stored before, and equal.
    pub(crate) already_there: u64,
}

/// What became of everything.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Parents before the kinds that refer to them.
    pub(crate) tallies: Vec<(EntityKind, Tally)>,
    /// The rows that were left out because what they refer to is neither in the source nor in the store.
    pub(crate) orphans: Vec<InvalidRow>,
}

/// Stores `mapped` in one unit.
///
/// # Errors
/// [`Stop`] says why nothing was stored.
pub(crate) async fn apply(
    store: &Store,
    mapped: &Mapped,
    manner: Manner,
    progress: &ProgressBar,
) -> Result<Outcome, Stop> {
    for _ in 0..MEETINGS {
        let attempt = store.run(|unit| {
            Box::pin(async move {
                progress.set_position(0);
                let outcome = store_all(unit, mapped, manner, progress).await?;
                // Only an error keeps a unit from being committed.
                if manner.dry_run { Err(Stop::DryRun(outcome)) } else { Ok(outcome) }
            })
        });
        match attempt.await {
            Err(Stop::DryRun(outcome)) => return Ok(outcome),
            Err(Stop::Store(StoreError::AlreadyExists { entity, .. })) => {
                if let Some(taken) = taken::find(store, mapped, entity).await? {
                    return Err(Stop::Taken(taken));
                }
                // Nothing else has these unique fields: another import of the same source was faster.
            }
            outcome => return outcome,
        }
    }
    Err(Stop::KeepsMeeting)
}

async fn store_all(
    unit: &mut dyn UnitOfWork,
    mapped: &Mapped,
    manner: Manner,
    progress: &ProgressBar,
) -> Result<Outcome, Stop> {
    let mut orphans = Orphans::new(&mapped.found.invalid, manner.skip_invalid);
    let workflows: Vec<_> = mapped.workflows.iter().collect();
    let of_workflows = bring(unit.workflows(), &workflows, progress).await?;
    let executions = with_parent(unit.workflows(), &mapped.executions, &workflows, &mut orphans).await?;
    let of_executions = bring(unit.executions(), &executions, progress).await?;
    let boundaries =
        with_parent(unit.executions(), &mapped.node_boundaries, &executions, &mut orphans).await?;
    let files: Vec<_> = mapped.checkpoint_files.iter().collect();
    let variants = with_parent(unit.workflows(), &mapped.node_variants, &workflows, &mut orphans).await?;
    let results =
        with_parent(unit.executions(), &mapped.evaluation_results, &executions, &mut orphans).await?;
    Ok(Outcome {
        tallies: vec![
            (EntityKind::Workflow, of_workflows),
            (EntityKind::Execution, of_executions),
            (EntityKind::NodeBoundary, bring(unit.node_boundaries(), &boundaries, progress).await?),
            (EntityKind::CheckpointFile, bring(unit.checkpoint_files(), &files, progress).await?),
            (EntityKind::NodeVariant, bring(unit.node_variants(), &variants, progress).await?),
            (EntityKind::EvaluationResult, bring(unit.evaluation_results(), &results, progress).await?),
            (
                EntityKind::AuditEntry,
                audit_log::append_missing(unit.audit_logs(), &mapped.audit_entries, progress).await?,
            ),
        ],
        orphans: orphans.rows,
    })
}
