//! A unit's own version of the store: a snapshot, and what the unit wrote on top of it.

use crate::committed::Committed;
use crate::freeing::free_if_many;
use crate::places::Places;
use crate::root::Root;
use crate::table::{Row, Stored};
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, ExecutionId, NodeBoundary,
    NodeVariant, Workflow,
};
use wtb_ports::{StoreError, StoreResult};

/// The version of one unit. After an error it may hold half of a call, so it must not be committed any more.
pub(crate) struct Work {
    /// What was committed when the unit began.
    pub(crate) base: Arc<Root>,
    /// The same with the unit's writes.
    pub(crate) own: Arc<Root>,
    /// The places that were written to.
    pub(crate) written: BTreeMap<EntityKind, BTreeSet<i64>>,
    /// Where it is to be committed.
    pub(crate) committed: Arc<Committed>,
    /// The place before which the log was settled when the unit began.
    pub(crate) settled_before: i64,
    places: Arc<Places>,
    /// What `places` noted when the unit first appended to the log.
    appending: Option<i64>,
}

impl Work {
    /// A unit on the newest committed root.
    pub(crate) fn on(committed: Arc<Committed>, places: Arc<Places>) -> Self {
        // In this order: see `settled_before`.
        let settled_before = places.settled_before();
        let base = committed.newest();
        let own = Arc::clone(&base);
        Self { base, own, written: BTreeMap::new(), committed, settled_before, places, appending: None }
    }

    pub(crate) fn add<E: Stored>(&mut self, entity: E) -> StoreResult<E> {
        let entity = entity.validated()?;
        self.insert(entity)
    }

    pub(crate) fn add_all<E: Stored>(&mut self, entities: Vec<E>) -> StoreResult<Vec<E>> {
        let entities: Vec<E> = entities.into_iter().map(E::validated).collect::<Result<_, _>>()?;
        entities.into_iter().map(|entity| self.insert(entity)).collect()
    }

    pub(crate) fn update<E: Stored>(&mut self, entity: E) -> StoreResult<E> {
        let entity = entity.validated()?;
        let key = || entity.id().to_string();
        let Some((place, stored)) = E::table(&self.own).locate(entity.id()) else {
            return Err(StoreError::NotFound { entity: E::TABLE, key: key() });
        };
        if stored.revision() != entity.revision() {
            return Err(StoreError::Stale { entity: E::TABLE, key: key() });
        }
        self.check(&entity, place)?;
        let next = entity.revision().next();
        Ok(self.keep(place, entity.at_revision(next)))
    }

    pub(crate) fn delete<E: Stored>(&mut self, id: &E::Id) -> StoreResult<bool> {
        let Some((place, _)) = E::table(&self.own).locate(id) else { return Ok(false) };
        if E::is_referenced(id, &self.own) {
            let is_still = E::is_referenced(id, &self.on_newest());
            let refused = StoreError::StillReferenced { entity: E::TABLE };
            return Err(if is_still { refused } else { seen_no_more("delete") });
        }
        self.set::<E>(place, None);
        Ok(true)
    }

    pub(crate) fn append(
        &mut self,
        execution_id: Option<&ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        let checked = entries.into_iter().map(|entry| entry.validated_for(execution_id).map(Arc::new));
        let entries = checked.collect::<Result<Vec<_>, _>>()?;
        if self.appending.is_none() && !entries.is_empty() {
            self.appending = Some(self.places.appends());
        }
        for entry in entries {
            self.set(self.places.next(), Some(&entry));
        }
        Ok(())
    }

    /// How many rows were written to.
    pub(crate) fn rows(&self) -> u64 {
        self.written.values().map(|places| places.len() as u64).sum()
    }

    fn insert<E: Stored>(&mut self, entity: E) -> StoreResult<E> {
        let place = self.places.next();
        self.check(&entity, place)?;
        Ok(self.keep(place, entity))
    }

    /// Checks what `entity` at `place` has to do with other rows.
    fn check<E: Stored>(&self, entity: &E, place: i64) -> StoreResult<()> {
        if let Some(field) = E::table(&self.own).taken(entity, place) {
            let is_still = E::table(&self.on_newest()).taken(entity, place).is_some();
            let refused = StoreError::AlreadyExists { entity: E::TABLE, field };
            return Err(if is_still { refused } else { seen_no_more("write") });
        }
        match entity.missing_reference(&self.own) {
            Some(refers_to) => Err(StoreError::MissingReference { entity: E::TABLE, refers_to }),
            None => Ok(()),
        }
    }

    /// What is committed now with the unit's writes, whether or not they fit. A refusal is definite if it holds here too:
    /// otherwise the unit would not be refused if it began now.
    #[cold]
    fn on_newest(&self) -> Root {
        let mut merged = Root::clone(&self.committed.newest());
        self.move_to::<Workflow>(&mut merged);
        self.move_to::<Execution>(&mut merged);
        self.move_to::<NodeBoundary>(&mut merged);
        self.move_to::<CheckpointFile>(&mut merged);
        self.move_to::<NodeVariant>(&mut merged);
        self.move_to::<EvaluationResult>(&mut merged);
        merged
    }

    fn move_to<E: Stored>(&self, merged: &mut Root) {
        let table = E::table_mut(merged);
        // What gives up a key goes first, because another row of this unit may have taken that key.
        for place in self.places::<E>() {
            table.set(place, None);
        }
        for place in self.places::<E>() {
            table.set(place, E::table(&self.own).at(place));
        }
    }

    fn keep<E: Stored>(&mut self, place: i64, entity: E) -> E {
        self.set(place, Some(&Arc::new(entity.clone())));
        entity
    }

    fn set<R: Row>(&mut self, place: i64, row: Option<&Arc<R>>) {
        R::table_mut(Arc::make_mut(&mut self.own)).set(place, row);
        self.written.entry(R::TABLE).or_default().insert(place);
    }
}

/// The unit sees a row in the way that is not there any more.
fn seen_no_more(operation: &'static str) -> StoreError {
    let cause = "another unit deleted or changed a row that this unit still sees";
    StoreError::Conflict { operation, source: Some(cause.into()) }
}

/// The rows of a unit that was not committed are nobody else's, and those that it deleted may be nobody else's any more.
impl Drop for Work {
    fn drop(&mut self) {
        if let Some(first) = self.appending {
            self.places.ended(first);
        }
        let rows = self.rows();
        free_if_many(rows, || {
            (mem::take(&mut self.base), mem::take(&mut self.own), mem::take(&mut self.written))
        });
    }
}
