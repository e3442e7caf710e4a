//! A unit of work over any database: it owns its transaction only between calls.

use crate::arg::Args;
use crate::engine::Engine;
use crate::failure::{Deed, Failure};
use crate::record::{Record, Table};
use crate::statement::Statement;
use crate::tables::audit_logs::Settled;
use async_trait::async_trait;
use wtb_domain::AuditEntry;
use wtb_ports::{
    AuditLogRepository, CheckpointFileRepository, EvaluationResultRepository, ExecutionRepository,
    NodeBoundaryRepository, NodeVariantRepository, Page, PageRequest, StoreError, StoreResult, UnitId,
    UnitOfWork, WorkflowRepository,
};

/// What a unit may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Only read.
    Read,
    /// Read and write.
    Write,
}

/// A unit of work, and each of its repositories.
///
/// A call takes the engine out and puts it back when it succeeded. Whatever else happens (an error, a panic, a future
/// that is dropped half-way) leaves the unit without an engine: spent, and rolled back.
pub(crate) struct SqlUnit<E> {
    engine: Option<E>,
    access: Access,
    id: Option<UnitId>,
}

impl<E: Engine> SqlUnit<E> {
    /// A unit in an open transaction.
    pub(crate) fn new(engine: E, access: Access) -> Self {
        Self { engine: Some(engine), access, id: None }
    }

    /// The engine, for a call that reads.
    fn reading(&mut self) -> StoreResult<E> {
        self.engine.take().ok_or(StoreError::Aborted)
    }

    /// The engine, for a call that writes.
    pub(crate) fn writing(&mut self) -> StoreResult<E> {
        let engine = self.reading()?;
        if self.access == Access::Read {
            return Err(StoreError::ReadOnly);
        }
        Ok(engine)
    }

    /// Ends a call well.
    fn done<T>(&mut self, engine: E, answer: T) -> T {
        self.engine = Some(engine);
        answer
    }

    /// At most one row, by whatever `statement` looks for.
    pub(crate) async fn find<R: Record>(
        &mut self,
        statement: &'static Statement,
        args: Args<'_>,
    ) -> StoreResult<Option<R>> {
        let engine = self.reading()?;
        let (engine, found) = engine.find(statement, args).await.map_err(told::<R>(Deed::Read, statement))?;
        Ok(self.done(engine, found))
    }

    /// No row, where no row can have what is looked for.
    pub(crate) fn find_nothing<R: Record>(&mut self) -> StoreResult<Option<R>> {
        let engine = self.reading()?;
        Ok(self.done(engine, None))
    }

    /// A page of whatever `statement` looks for; `args` end before the page.
    pub(crate) async fn page<R: Record>(
        &mut self,
        statement: &'static Statement,
        args: Args<'_>,
        page: PageRequest,
    ) -> StoreResult<Page<R>> {
        let engine = self.reading()?;
        let (engine, found) =
            engine.page(statement, args, page).await.map_err(told::<R>(Deed::Read, statement))?;
        Ok(self.done(engine, found))
    }

    /// A page of settled entries; `args` are what they are looked up by.
    pub(crate) async fn settled_page(
        &mut self,
        list: &'static Settled,
        args: Args<'_>,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        let engine = self.reading()?;
        let (engine, found) =
            engine.settled(list, args, page).await.map_err(told::<AuditEntry>(Deed::Read, list.in_sqlite))?;
        Ok(self.done(engine, found))
    }

    pub(crate) async fn get<T: Table>(&mut self, id: &T::Id) -> StoreResult<Option<T>> {
        self.find(T::GET, Args::default().text(id.as_ref())).await
    }

    pub(crate) async fn get_each<T: Table>(&mut self, ids: &[T::Id]) -> StoreResult<Vec<T>> {
        let engine = self.reading()?;
        let (engine, found) = engine.read_each(ids).await.map_err(told::<T>(Deed::Read, T::GET))?;
        Ok(self.done(engine, found))
    }

    pub(crate) async fn insert<T: Table>(&mut self, entity: T) -> StoreResult<T> {
        let engine = self.writing()?;
        let entity = entity.validated()?;
        let args = entity.bind(Args::default());
        let (engine, stored) =
            engine.execute(T::INSERT, args).await.map_err(told::<T>(Deed::Wrote, T::INSERT))?;
        if stored == 1 { Ok(self.done(engine, entity)) } else { Err(left_out::<T>(T::INSERT)) }
    }

    pub(crate) async fn insert_all<T: Table>(&mut self, entities: Vec<T>) -> StoreResult<Vec<T>> {
        let engine = self.writing()?;
        let entities = entities.into_iter().map(T::validated).collect::<Result<Vec<_>, _>>()?;
        self.insert_rows(engine, entities).await
    }

    /// Inserts rows that were checked.
    pub(crate) async fn insert_rows<R: Record>(&mut self, engine: E, rows: Vec<R>) -> StoreResult<Vec<R>> {
        let (engine, rows) = engine.insert(rows).await.map_err(told::<R>(Deed::Wrote, R::INSERT))?;
        Ok(self.done(engine, rows))
    }

    pub(crate) async fn replace<T: Table>(&mut self, entity: T) -> StoreResult<T> {
        let engine = self.writing()?;
        let entity = entity.validated()?;
        let read_at = entity.revision();
        let entity = entity.at_revision(read_at.next());
        let args = entity.bind(Args::default()).integer(read_at.get());
        let (engine, changed) =
            engine.execute(T::UPDATE, args).await.map_err(told::<T>(Deed::Wrote, T::UPDATE))?;
        if changed == 1 {
            return Ok(self.done(engine, entity));
        }
        let ids = std::slice::from_ref(entity.id());
        let (_, stored) = engine.read_each::<T>(ids).await.map_err(told::<T>(Deed::Read, T::GET))?;
        let key = entity.id().to_string();
        Err(match stored.first() {
            None => StoreError::NotFound { entity: T::ENTITY, key },
            Some(stored) if stored.revision() != read_at => StoreError::Stale { entity: T::ENTITY, key },
            Some(_) => left_out::<T>(T::UPDATE),
        })
    }

    pub(crate) async fn remove<T: Table>(&mut self, id: &T::Id) -> StoreResult<bool> {
        let engine = self.writing()?;
        let args = Args::default().text(id.as_ref());
        let (engine, deleted) =
            engine.execute(T::DELETE, args).await.map_err(told::<T>(Deed::Deleted, T::DELETE))?;
        if deleted > 0 {
            return Ok(self.done(engine, true));
        }
        let (engine, stored) =
            engine.read_each::<T>(std::slice::from_ref(id)).await.map_err(told::<T>(Deed::Read, T::GET))?;
        if stored.is_empty() { Ok(self.done(engine, false)) } else { Err(left_out::<T>(T::DELETE)) }
    }
}

/// The database left out the one row that `statement` is about.
fn left_out<R: Record>(statement: &'static Statement) -> StoreError {
    Failure::left_out::<R>(0, 1).during(statement.operation)
}

/// Tells a failure of `statement` on the table of `R`.
fn told<R: Record>(deed: Deed, statement: &'static Statement) -> impl FnOnce(Failure) -> StoreError {
    move |failure| {
        tracing::debug!(operation = statement.operation, "a statement failed");
        failure.about::<R>(deed, statement.operation)
    }
}

#[async_trait]
impl<E: Engine> UnitOfWork for SqlUnit<E> {
    fn workflows(&mut self) -> &mut dyn WorkflowRepository {
        self
    }

    fn executions(&mut self) -> &mut dyn ExecutionRepository {
        self
    }

    fn node_boundaries(&mut self) -> &mut dyn NodeBoundaryRepository {
        self
    }

    fn checkpoint_files(&mut self) -> &mut dyn CheckpointFileRepository {
        self
    }

    fn node_variants(&mut self) -> &mut dyn NodeVariantRepository {
        self
    }

    fn evaluation_results(&mut self) -> &mut dyn EvaluationResultRepository {
        self
    }

    fn audit_logs(&mut self) -> &mut dyn AuditLogRepository {
        self
    }

    async fn identify(&mut self) -> StoreResult<UnitId> {
        let engine = self.writing()?;
        let (engine, id) = match self.id.take() {
            Some(id) => (engine, id),
            None => engine.identify().await.map_err(|failure| failure.during("identify a unit"))?,
        };
        self.id = Some(id.clone());
        Ok(self.done(engine, id))
    }

    async fn commit(mut self: Box<Self>) -> StoreResult<()> {
        self.reading()?.commit().await
    }

    async fn rollback(mut self: Box<Self>) -> StoreResult<()> {
        match self.engine.take() {
            Some(engine) => engine.rollback().await,
            // Whoever spent the unit rolled it back.
            None => Ok(()),
        }
    }
}
