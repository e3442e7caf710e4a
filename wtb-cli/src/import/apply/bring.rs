//! Stores a batch: what is absent is added, what is there must be equal, or is updated where that is wanted.

use super::difference::Difference;
use super::entities::Imported;
use super::outcome::{Manner, Tally};
use super::refresh::Refresh;
use super::stop::Stop;
use crate::import::mapping::{About, Found, InvalidRow, Take};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use wtb_config::BoxFuture;
use wtb_domain::{EntityKind, Execution, ExecutionId, ExecutionStatus};
use wtb_ports::UnitOfWork;

/// Where batches are stored.
pub(super) enum Place<'u> {
    /// In this unit.
    Unit(&'u mut (dyn UnitOfWork + 'u)),
    /// Nowhere, they are only checked.
    None {
        /// Whether there is a store, which may have what the source refers to.
        store_exists: bool,
    },
}

/// Stores batches in one unit, or only checks them where there is none.
pub(super) struct Bring<'u, 'm> {
    pub(super) place: Place<'u>,
    pub(super) manner: Manner<'m>,
    pub(super) tallies: BTreeMap<EntityKind, Tally>,
    /// How many entries the log had before.
    pub(super) logged: u64,
    /// An execution to look at: the first that failed, or the first of all.
    pub(super) example: Option<(ExecutionId, ExecutionStatus)>,
}

impl<'u, 'm> Bring<'u, 'm> {
    /// Stores in `place`.
    pub(super) fn new(place: Place<'u>, manner: Manner<'m>) -> Self {
        let tallies = EntityKind::ALL.iter().map(|kind| (*kind, Tally::default())).collect();
        Self { place, manner, tallies, logged: 0, example: None }
    }

    pub(super) fn tally(&mut self, kind: EntityKind) -> &mut Tally {
        self.tallies.entry(kind).or_default()
    }

    /// Whether nothing more is to be stored: rows break a rule, and everything is undone at the end.
    pub(super) fn is_stopped(&self, found: &Found) -> bool {
        !self.manner.skip_invalid && !found.left_out.is_empty()
    }

    /// Whether what `row` refers to is in the source or in the store; otherwise it is left out.
    async fn has_parent<E: Imported>(&mut self, row: &E, found: &mut Found) -> Result<bool, Stop> {
        let Some(parent) = row.parent() else { return Ok(true) };
        let (table, id) = (parent.table(), parent.id());
        let was_left_out = found.seen.has(About::LeftOut(table), id);
        if (!was_left_out && found.seen.has(About::Rows(table), id))
            || found.seen.has(About::StoredParent(table), id)
        {
            return Ok(true);
        }
        let is_stored = match &mut self.place {
            Place::Unit(unit) => parent.is_stored(&mut **unit).await?,
            Place::None { store_exists } => *store_exists,
        };
        if is_stored {
            found.seen.set(About::StoredParent(table), id.as_bytes(), "");
            return Ok(true);
        }
        let kind = parent.kind();
        let reason = if was_left_out {
            // That its parent breaks a rule stops the import already.
            if !self.manner.skip_invalid {
                return Ok(false);
            }
            format!("{kind} {id} was left out")
        } else {
            format!("there is no {kind} {id} in the source or in the store")
        };
        let (key, column) = (row.id().to_string(), parent.column().into());
        found.leave_out(InvalidRow { table: E::TABLE, key, column, reason });
        Ok(false)
    }

    async fn bring<E: Imported>(&mut self, batch: Vec<(String, E)>, found: &mut Found) -> Result<(), Stop> {
        let mut entities = Vec::with_capacity(batch.len());
        for (_, entity) in batch {
            if self.has_parent(&entity, found).await? {
                self.note_example(&entity);
                entities.push(entity);
            }
        }
        if self.is_stopped(found) {
            return Ok(());
        }
        let mut tally = Tally::default();
        let Place::Unit(unit) = &mut self.place else {
            self.tally(E::KIND).added += entities.len() as u64;
            return Ok(());
        };
        let ids: Vec<_> = entities.iter().map(|entity| entity.id().clone()).collect();
        let stored = E::stored(&mut **unit, &ids).await?;
        let mut stored: HashMap<_, _> =
            stored.into_iter().map(|entity| (entity.id().clone(), entity)).collect();
        let mut absent = Vec::with_capacity(entities.len() - stored.len().min(entities.len()));
        for entity in entities {
            let Some(found_entity) = stored.remove(entity.id()) else {
                absent.push(entity);
                continue;
            };
            // How often it was updated on the way to being equal does not matter.
            let revision = found_entity.revision();
            let found_entity = found_entity.at_revision(entity.revision());
            if found_entity == entity {
                tally.already_there += 1;
                continue;
            }
            if !self.manner.refresh {
                return Err(Stop::Differs(Difference::between(&found_entity, &entity)?));
            }
            let refresh = Refresh::of(&found_entity, &entity, revision, found)?;
            let updated = E::update(&mut **unit, entity.at_revision(revision)).await?;
            refresh.note(&mut **unit, &updated, self.manner.source).await?;
            tally.updated += 1;
        }
        if !absent.is_empty() {
            tally.added += absent.len() as u64;
            E::store(&mut **unit, absent).await?;
        }
        *self.tally(E::KIND) += tally;
        Ok(())
    }

    fn note_example<E: Imported>(&mut self, entity: &E) {
        let Some(execution) = (entity as &dyn Any).downcast_ref::<Execution>() else { return };
        let is_better = match self.example {
            Some((_, ExecutionStatus::Failed)) => false,
            Some(_) => execution.status == ExecutionStatus::Failed,
            None => true,
        };
        if is_better {
            self.example = Some((execution.id.clone(), execution.status));
        }
    }
}

impl<E: Imported> Take<E> for Bring<'_, '_> {
    type Error = Stop;

    fn take<'t>(
        &'t mut self,
        batch: Vec<(String, E)>,
        found: &'t mut Found,
    ) -> BoxFuture<'t, Result<(), Stop>> {
        Box::pin(self.bring(batch, found))
    }
}
