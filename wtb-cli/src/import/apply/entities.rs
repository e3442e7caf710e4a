//! Adds entities that are absent, and compares those that are there.

use super::difference::Difference;
use super::{Stop, Tally};
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::HashMap;
use wtb_config::BoxFuture;
use wtb_domain::{CheckpointFile, Entity, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{
    CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository, NodeBoundaryRepository,
    NodeVariantRepository, StoreResult, WorkflowRepository,
};

/// How many entities are looked up or added at a time, and copied for it.
const CHUNK: usize = 1_000;

/// What the repositories of all entities have in common, as far as an import needs it.
pub(super) trait Shelf<E: Entity>: Send {
    /// The entities with these ids.
    fn stored<'a>(&'a mut self, ids: &'a [E::Id]) -> BoxFuture<'a, StoreResult<Vec<E>>>;

    /// Stores new entities.
    fn store(&mut self, entities: Vec<E>) -> BoxFuture<'_, StoreResult<Vec<E>>>;
}

macro_rules! shelves {
    ($($repository:ident of $entity:ident,)+) => {$(
        impl Shelf<$entity> for dyn $repository + '_ {
            fn stored<'a>(
                &'a mut self,
                ids: &'a [<$entity as Entity>::Id],
            ) -> BoxFuture<'a, StoreResult<Vec<$entity>>> {
                self.get_by_ids(ids)
            }

            fn store(&mut self, entities: Vec<$entity>) -> BoxFuture<'_, StoreResult<Vec<$entity>>> {
                self.add_all(entities)
            }
        }
    )+};
}

shelves! {
    WorkflowRepository of Workflow,
    ExecutionRepository of Execution,
    NodeBoundaryRepository of NodeBoundary,
    CheckpointFileRepository of CheckpointFile,
    NodeVariantRepository of NodeVariant,
    EvaluationResultRepository of EvaluationResult,
}

/// Stores what is absent, in the order given.
///
/// # Errors
/// If one is stored already and differs, or the store says no.
pub(super) async fn bring<E, S>(shelf: &mut S, entities: &[&E], progress: &ProgressBar) -> Result<Tally, Stop>
where
    E: Entity + Serialize,
    S: Shelf<E> + ?Sized,
{
    let mut tally = Tally::default();
    for chunk in entities.chunks(CHUNK) {
        let mut stored = by_id(shelf, chunk.iter().map(|entity| entity.id().clone()).collect()).await?;
        let mut absent = Vec::new();
        for entity in chunk {
            let Some(found) = stored.remove(entity.id()) else {
                absent.push((*entity).clone());
                continue;
            };
            // How often it was updated on the way to being equal does not matter.
            let found = found.at_revision(entity.revision());
            if found != **entity {
                return Err(Stop::Differs(Difference::between(&found, entity)?));
            }
            tally.already_there += 1;
        }
        if !absent.is_empty() {
            tally.added += absent.len() as u64;
            shelf.store(absent).await?;
        }
        progress.inc(chunk.len() as u64);
    }
    Ok(tally)
}

/// Those of the entities with these ids that are stored.
pub(super) async fn by_id<E, S>(shelf: &mut S, ids: Vec<E::Id>) -> StoreResult<HashMap<E::Id, E>>
where
    E: Entity,
    S: Shelf<E> + ?Sized,
{
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(shelf.stored(chunk).await?.into_iter().map(|entity| (entity.id().clone(), entity)));
    }
    Ok(found)
}
