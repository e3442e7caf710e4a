//! Where a store can be broken: every step that a defect may take its own way.

use super::gate::{Gate, Place};
use super::inside::Inside;
use crate::Stored;
use async_trait::async_trait;
use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::{
    BoxUnitOfWork, Page, PageRequest, StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome,
};

/// The steps of a store over another one. By default each is taken as the other one takes it.
#[async_trait]
pub trait Defect: Clone + Debug + Send + Sync + 'static {
    /// Whether a unit refuses to go on after an error, whatever the other store does.
    const STOPS_AFTER_ERRORS: bool = true;
    /// Whether a unit refuses to go on after a call that was given up half-way.
    const STOPS_AFTER_GIVEN_UP_CALLS: bool = true;

    /// Waits for room before a unit begins.
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        gate.wait(writes).await
    }

    /// Begins a unit that may write.
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin().await
    }

    /// Begins a unit that reads.
    async fn begin_read(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin_read().await
    }

    /// Begins a unit that reads own writes.
    async fn begin_read_own_writes(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        store.begin_read_own_writes().await
    }

    /// Tells what became of a unit.
    async fn outcome_of(
        &self,
        store: &Arc<dyn UnitOfWorkFactory>,
        unit: &UnitId,
    ) -> StoreResult<UnitOutcome> {
        store.outcome_of(unit).await
    }

    /// Makes a unit one that can be asked about.
    async fn identify(&mut self, inside: &mut Inside) -> StoreResult<UnitId> {
        inside.unit().identify().await
    }

    /// Stands before every call of a repository.
    async fn before_call(&mut self, _inside: &mut Inside) {}

    /// Stands after every call of a repository.
    async fn after_call(&mut self, _inside: &mut Inside, _succeeded: bool) {}

    /// Ends a unit that is to be kept.
    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.commit().await
    }

    /// Ends a unit that is not to be kept.
    async fn rollback(&mut self, unit: BoxUnitOfWork) -> StoreResult<()> {
        unit.rollback().await
    }

    /// Ends a unit that was dropped.
    fn dropped(&mut self, unit: BoxUnitOfWork, place: Place) {
        drop((unit, place));
    }

    /// Reads one entity.
    async fn get_by_id<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<Option<E>> {
        E::get_by_id(inside.unit(), id).await
    }

    /// Reads entities.
    async fn get_by_ids<E: Stored>(&mut self, inside: &mut Inside, ids: &[E::Id]) -> StoreResult<Vec<E>> {
        E::get_by_ids(inside.unit(), ids).await
    }

    /// What the other store found by anything but ids.
    async fn find<E: Stored>(&mut self, _inside: &mut Inside, found: Option<E>) -> StoreResult<Option<E>> {
        Ok(found)
    }

    /// Adds an entity.
    async fn add<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        E::add(inside.unit(), entity).await
    }

    /// Adds entities.
    async fn add_all<E: Stored>(&mut self, inside: &mut Inside, entities: Vec<E>) -> StoreResult<Vec<E>> {
        E::add_all(inside.unit(), entities).await
    }

    /// Replaces an entity.
    async fn update<E: Stored>(&mut self, inside: &mut Inside, entity: E) -> StoreResult<E> {
        E::update(inside.unit(), entity).await
    }

    /// Removes an entity.
    async fn delete<E: Stored>(&mut self, inside: &mut Inside, id: &E::Id) -> StoreResult<bool> {
        E::delete(inside.unit(), id).await
    }

    /// Appends entries to the log.
    async fn append_logs(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        entries: Vec<AuditEntry>,
    ) -> StoreResult<()> {
        inside.unit().audit_logs().append_logs(execution_id, entries).await
    }

    /// Reads settled entries of the log.
    async fn list_settled(
        &mut self,
        inside: &mut Inside,
        execution_id: Option<&ExecutionId>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        inside.unit().audit_logs().list_settled(execution_id, page).await
    }

    /// Whether the list of this name answers all there is.
    fn ignores_filter(&self, _list: &str) -> bool {
        false
    }

    /// The page that the other store is asked for.
    fn request(&self, asked: PageRequest) -> PageRequest {
        asked
    }

    /// What to ask the other store for, to add it to the page that it answered so far.
    fn goes_on<T>(&self, _asked: PageRequest, _found: &Page<T>) -> Option<PageRequest> {
        None
    }

    /// The page that is answered.
    fn page<T: Debug>(&self, _asked: PageRequest, found: Page<T>) -> Page<T> {
        found
    }

    /// The error that is answered.
    fn error(&self, error: StoreError) -> StoreError {
        error
    }

    /// Sees each entity or entry before it is written.
    fn write(&self, _item: &mut dyn Any) {}

    /// Sees each entity or entry that was read.
    fn read(&self, _item: &mut dyn Any) {}
}

/// No defect at all.
#[derive(Debug, Clone)]
pub struct Intact;

impl Defect for Intact {}
