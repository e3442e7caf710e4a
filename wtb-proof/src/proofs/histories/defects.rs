//! Stores that do one thing wrong, each of another kind.

use super::ground::Ground;
use super::lanes::on;
use crate::proof::{PlantedDefect, run};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use wtb_contract::Stored;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside};
use wtb_domain::EntityKind;
use wtb_ports::{BoxUnitOfWork, Cursor, Page, PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

/// A planted defect, as a type.
macro_rules! planted {
    ($defect:ident, $name:literal) => {
        PlantedDefect { name: $name, run: run!(|trial| on(trial, Ground::in_memory(store::<$defect>))) }
    };
}

/// All of them.
pub(super) const ALL: &[PlantedDefect] = &[
    planted!(IgnoresTheRevision, "updates whatever the revision"),
    planted!(MovesWhatIsUpdated, "lists last what was updated"),
    planted!(LeavesRoomForOne, "keeps the first of many when another cannot be kept"),
    planted!(SeesLaterCommits, "lets a unit see later commits"),
    planted!(HidesConflicts, "says that it kept a unit that came too late"),
    planted!(KeepsWhatIsDropped, "keeps what was rolled back"),
    planted!(SkipsAfterAPage, "skips a row after each page"),
    planted!(BlamesTheId, "blames the id when another field is taken"),
    planted!(BlamesTheCaller, "returns a conflict as an error of the caller"),
    planted!(DeletesChildren, "deletes what refers to a row along with it"),
];

fn store<D: Defect + Default>() -> Arc<dyn UnitOfWorkFactory> {
    let gate = Gate::with_room_for(100, Duration::from_secs(1));
    Arc::new(DefectiveStore::new(Arc::new(wtb_adapter_memory::open()), gate, D::default()))
}

/// Updates a row from any revision.
#[derive(Debug, Clone, Default)]
struct IgnoresTheRevision;

#[async_trait]
impl Defect for IgnoresTheRevision {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let stored = E::get_by_id(inside.unit(), entity.id()).await?;
        let revision = stored.map_or(entity.revision(), |stored| stored.revision());
        E::update(inside.unit(), entity.at_revision(revision)).await
    }
}

/// Gives a row that is updated the last place; only a row that nothing can refer to, so that it succeeds.
#[derive(Debug, Clone, Default)]
struct MovesWhatIsUpdated;

#[async_trait]
impl Defect for MovesWhatIsUpdated {
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        let updated = E::update(inside.unit(), entity).await?;
        if matches!(E::KIND, EntityKind::Workflow | EntityKind::Execution) {
            return Ok(updated);
        }
        E::delete(inside.unit(), updated.id()).await?;
        E::add(inside.unit(), updated).await
    }
}

/// Adds what comes before the first row whose id is taken.
#[derive(Debug, Clone, Default)]
struct LeavesRoomForOne;

#[async_trait]
impl Defect for LeavesRoomForOne {
    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        let mut free = Vec::new();
        for entity in entities {
            if E::get_by_id(inside.unit(), entity.id()).await?.is_some() {
                break;
            }
            free.push(entity);
        }
        E::add_all(inside.unit(), free).await
    }
}

/// Reads what is committed by now.
#[derive(Debug, Clone, Default)]
struct SeesLaterCommits;

#[async_trait]
impl Defect for SeesLaterCommits {
    async fn before_call(&mut self, inside: &mut Inside) {
        if !inside.writes {
            drop(inside.renew().await);
        }
    }
}

/// Answers a commit that was refused as if it had been done.
#[derive(Debug, Clone, Default)]
struct HidesConflicts;

#[async_trait]
impl Defect for HidesConflicts {
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        match unit.commit().await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            answer => answer,
        }
    }
}

/// Commits what is to be rolled back.
#[derive(Debug, Clone, Default)]
struct KeepsWhatIsDropped;

#[async_trait]
impl Defect for KeepsWhatIsDropped {
    async fn rollback(&mut self, unit: BoxUnitOfWork) -> StoreResult<()> {
        // A unit that is spent, or came too late, is not kept even so.
        let _ = unit.commit().await;
        Ok(())
    }
}

/// Goes on one place too late.
#[derive(Debug, Clone, Default)]
struct SkipsAfterAPage;

impl Defect for SkipsAfterAPage {
    fn page<T: std::fmt::Debug>(&self, _asked: PageRequest, found: Page<T>) -> Page<T> {
        let next = found.next.map(|next| Cursor::at(next.place().saturating_add(1)));
        Page { next, ..found }
    }
}

/// Names the wrong field.
#[derive(Debug, Clone, Default)]
struct BlamesTheId;

impl Defect for BlamesTheId {
    fn error(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::AlreadyExists { entity, .. } => StoreError::AlreadyExists { entity, field: "id" },
            error => error,
        }
    }
}

/// Returns a conflict as if the caller had added what it saw.
#[derive(Debug, Clone, Default)]
struct BlamesTheCaller;

#[async_trait]
impl Defect for BlamesTheCaller {
    fn error(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Conflict { .. } => {
                StoreError::AlreadyExists { entity: EntityKind::Workflow, field: "id" }
            }
            error => error,
        }
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await.map_err(|error| self.error(error))
    }
}

/// Deletes the boundaries and results of an execution that is deleted.
#[derive(Debug, Clone, Default)]
struct DeletesChildren;

#[async_trait]
impl Defect for DeletesChildren {
    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        let unit = inside.unit();
        if E::KIND == EntityKind::Execution {
            let page = PageRequest::default();
            let execution = id.as_ref().parse().map_err(|_| StoreError::Aborted)?;
            for boundary in unit.node_boundaries().get_by_execution(&execution, page).await?.items {
                unit.node_boundaries().delete(&boundary.id).await?;
            }
            for result in unit.evaluation_results().get_by_execution(&execution, page).await?.items {
                unit.evaluation_results().delete(&result.id).await?;
            }
        }
        E::delete(unit, id).await
    }
}
