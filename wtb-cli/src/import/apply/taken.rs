//! Finds the stored entity that has the unique fields of a row, under another id.

use crate::import::mapping::Mapped;
use std::fmt;
use wtb_config::Store;
use wtb_domain::{CheckpointFile, Entity, EntityKind, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{Page, PageLimit, PageRequest, StoreResult, UnitOfWork};

/// Two entities that cannot both be stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    entity: EntityKind,
    incoming: String,
    stored: String,
    unique: &'static str,
}

impl Taken {
    fn between<E: Entity>(incoming: &E, stored: &E, unique: &'static str) -> Self {
        let (incoming, stored) = (incoming.id().to_string(), stored.id().to_string());
        Self { entity: E::KIND, incoming, stored, unique }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entity, incoming, stored, unique } = self;
        write!(f, "{entity} {incoming} has the same {unique} as the stored {entity} {stored}")
    }
}

/// The first row of a kind that cannot be stored beside something else, if there is one.
pub(super) async fn find(store: &Store, mapped: &Mapped, entity: EntityKind) -> StoreResult<Option<Taken>> {
    // Reading units may see a state of a while ago.
    let mut unit = store.begin().await?;
    match entity {
        EntityKind::Workflow => workflow(&mut *unit, &mapped.workflows).await,
        EntityKind::NodeBoundary => node_boundary(&mut *unit, &mapped.node_boundaries).await,
        EntityKind::CheckpointFile => checkpoint_file(&mut *unit, &mapped.checkpoint_files).await,
        EntityKind::NodeVariant => node_variant(&mut *unit, &mapped.node_variants).await,
        // These have no unique fields but their id.
        EntityKind::Execution | EntityKind::EvaluationResult | EntityKind::AuditEntry => Ok(None),
    }
}

async fn workflow(unit: &mut dyn UnitOfWork, rows: &[Workflow]) -> StoreResult<Option<Taken>> {
    for row in rows {
        match unit.workflows().get_by_name_and_version(&row.name, &row.version).await? {
            Some(stored) if stored.id != row.id => {
                return Ok(Some(Taken::between(row, &stored, Workflow::UNIQUE)));
            }
            _ => {}
        }
    }
    Ok(None)
}

async fn checkpoint_file(unit: &mut dyn UnitOfWork, rows: &[CheckpointFile]) -> StoreResult<Option<Taken>> {
    for row in rows {
        match unit.checkpoint_files().get_by_checkpoint(&row.checkpoint_id).await? {
            Some(stored) if stored.id != row.id => {
                return Ok(Some(Taken::between(row, &stored, CheckpointFile::UNIQUE)));
            }
            _ => {}
        }
    }
    Ok(None)
}

async fn node_variant(unit: &mut dyn UnitOfWork, rows: &[NodeVariant]) -> StoreResult<Option<Taken>> {
    for row in rows {
        let mut request = PageRequest::first(PageLimit::MAX);
        loop {
            let Page { items, next } =
                unit.node_variants().get_by_node(&row.workflow_id, &row.node_id, request).await?;
            if let Some(stored) = items.iter().find(|stored| stored.name == row.name && stored.id != row.id) {
                return Ok(Some(Taken::between(row, stored, NodeVariant::UNIQUE)));
            }
            match next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
    }
    Ok(None)
}

async fn node_boundary(unit: &mut dyn UnitOfWork, rows: &[NodeBoundary]) -> StoreResult<Option<Taken>> {
    for row in rows {
        let mut request = PageRequest::first(PageLimit::MAX);
        loop {
            let Page { items, next } =
                unit.node_boundaries().get_by_session(&row.session_id, request).await?;
            let same = |stored: &&NodeBoundary| {
                stored.node_id == row.node_id && stored.attempt == row.attempt && stored.id != row.id
            };
            if let Some(stored) = items.iter().find(same) {
                return Ok(Some(Taken::between(row, stored, NodeBoundary::UNIQUE)));
            }
            match next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
    }
    Ok(None)
}
