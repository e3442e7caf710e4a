//! Finds the stored entity that has the unique fields of a row, under another id.

use super::stop::Stop;
use super::taken::Taken;
use crate::import::mapping::{Files, Found, Links, NodeBoundaries, NodeVariants, Pass, Take, Workflows};
use crate::pages;
use std::ops::ControlFlow;
use wtb_config::{BoxFuture, Store};
use wtb_domain::{CheckpointFile, Entity, EntityKind, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{Page, PageRequest, StoreResult, UnitOfWork};

/// Looks for the stored entity in the way of a row.
pub(super) struct Finder<'u> {
    unit: &'u mut (dyn UnitOfWork + 'u),
    taken: Option<Taken>,
}

/// The first row of a kind that cannot be stored beside something else, if there is one.
///
/// # Errors
/// If the source or the store cannot be read.
pub(super) async fn find(
    store: &Store,
    mut pass: Pass<'_>,
    entity: EntityKind,
) -> Result<Option<Taken>, Stop> {
    // Reading units may see a state of a while ago.
    let mut unit = store.begin().await?;
    let mut finder = Finder { unit: &mut *unit, taken: None };
    match entity {
        EntityKind::Workflow => pass.table(Workflows, &mut finder).await?,
        EntityKind::NodeBoundary => pass.table(NodeBoundaries, &mut finder).await?,
        EntityKind::CheckpointFile => {
            pass.table(Files, &mut finder).await?;
            pass.table(Links, &mut finder).await?;
        }
        EntityKind::NodeVariant => pass.table(NodeVariants, &mut finder).await?,
        // These have no unique fields but their id.
        EntityKind::Execution | EntityKind::EvaluationResult | EntityKind::AuditEntry => {}
    }
    Ok(finder.taken)
}

/// An entity with unique fields beside its id.
trait Unique: Entity {
    /// The stored entity with the same unique fields, under another id.
    fn rival<'a>(&'a self, unit: &'a mut dyn UnitOfWork) -> BoxFuture<'a, StoreResult<Option<Taken>>>;
}

impl<E: Unique> Take<E> for Finder<'_> {
    type Error = Stop;

    fn take<'t>(
        &'t mut self,
        batch: Vec<(String, E)>,
        _found: &'t mut Found,
    ) -> BoxFuture<'t, Result<(), Stop>> {
        Box::pin(async move {
            for (_, row) in batch {
                if self.taken.is_none() {
                    self.taken = row.rival(&mut *self.unit).await?;
                }
            }
            Ok(())
        })
    }
}

impl Unique for Workflow {
    fn rival<'a>(&'a self, unit: &'a mut dyn UnitOfWork) -> BoxFuture<'a, StoreResult<Option<Taken>>> {
        Box::pin(async move {
            let stored = unit.workflows().get_by_name_and_version(&self.name, &self.version).await?;
            let other = stored.filter(|stored| stored.id != self.id);
            Ok(other.map(|stored| Taken::between(self, &stored, Self::UNIQUE)))
        })
    }
}

impl Unique for CheckpointFile {
    fn rival<'a>(&'a self, unit: &'a mut dyn UnitOfWork) -> BoxFuture<'a, StoreResult<Option<Taken>>> {
        Box::pin(async move {
            let stored = unit.checkpoint_files().get_by_checkpoint(&self.checkpoint_id).await?;
            let other = stored.filter(|stored| stored.id != self.id);
            Ok(other.map(|stored| Taken::between(self, &stored, Self::UNIQUE)))
        })
    }
}

impl Unique for NodeVariant {
    fn rival<'a>(&'a self, unit: &'a mut dyn UnitOfWork) -> BoxFuture<'a, StoreResult<Option<Taken>>> {
        Box::pin(first_rival(
            self,
            Self::UNIQUE,
            unit,
            |unit, page| unit.node_variants().get_by_node(&self.workflow_id, &self.node_id, page),
            |stored| stored.name == self.name,
        ))
    }
}

impl Unique for NodeBoundary {
    fn rival<'a>(&'a self, unit: &'a mut dyn UnitOfWork) -> BoxFuture<'a, StoreResult<Option<Taken>>> {
        Box::pin(first_rival(
            self,
            Self::UNIQUE,
            unit,
            |unit, page| unit.node_boundaries().get_by_session(&self.session_id, page),
            |stored| stored.node_id == self.node_id && stored.attempt == self.attempt,
        ))
    }
}

/// The first entity of a list that has the `unique` fields of `row`, under another id.
async fn first_rival<'env, E: Entity>(
    row: &E,
    unique: &'static str,
    unit: &mut (dyn UnitOfWork + 'env),
    read: impl for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env), PageRequest) -> BoxFuture<'a, StoreResult<Page<E>>>,
    has_same: impl Fn(&E) -> bool,
) -> StoreResult<Option<Taken>> {
    let mut rival = None;
    pages::each(unit, read, |stored| {
        if stored.id() == row.id() || !has_same(&stored) {
            return ControlFlow::Continue(());
        }
        rival = Some(Taken::between(row, &stored, unique));
        ControlFlow::Break(())
    })
    .await?;
    Ok(rival)
}
