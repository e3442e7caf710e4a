//! An opened store, whatever is behind it.

use crate::nesting::refuse_inside_unit;
use crate::read::read;
use crate::upkeep::Upkeep;
use crate::{Backup, BackupError, BoxFuture, Diagnosis, Examination, RetryPolicy, Turn, run};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wtb_ports::{
    BoxUnitOfWork, Retryable, StoreError, StoreResult, UnitId, UnitOfWork, UnitOfWorkFactory, UnitOutcome,
};

/// An opened store, whatever is behind it. Clones are handles to the same store.
#[derive(Clone)]
pub struct Store {
    factory: Arc<dyn UnitOfWorkFactory>,
    upkeep: Arc<dyn Upkeep>,
    description: Arc<str>,
    retry: RetryPolicy,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.description).finish()
    }
}

impl Store {
    /// A handle to an adapter's store.
    pub(crate) fn new<S>(store: S, description: &str, retry: RetryPolicy) -> Self
    where
        S: UnitOfWorkFactory + Upkeep + 'static,
    {
        let store = Arc::new(store);
        Self { factory: Arc::clone(&store) as _, upkeep: store, description: description.into(), retry }
    }

    /// A unit that may write.
    ///
    /// # Errors
    /// As [`UnitOfWorkFactory::begin`]. `NestedUnit` in the body of [`run`](Self::run) on this store.
    pub async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        refuse_inside_unit(&*self.factory)?;
        self.factory.begin().await
    }

    /// A unit that only reads one snapshot; of a replica, if the store has one.
    ///
    /// # Errors
    /// As [`UnitOfWorkFactory::begin_read`].
    pub async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        self.factory.begin_read().await
    }

    /// A unit that only reads one snapshot, which has at least everything that was committed through this store and its
    /// clones before.
    ///
    /// # Errors
    /// As [`UnitOfWorkFactory::begin_read_own_writes`].
    pub async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.factory.begin_read_own_writes().await
    }

    /// What became of a unit that was [identified](UnitOfWork::identify), in this process or another one.
    ///
    /// # Errors
    /// As [`UnitOfWorkFactory::outcome_of`].
    pub async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        self.factory.outcome_of(unit).await
    }

    /// Runs `body` in a unit, commits it, and repeats the whole unit while that is safe; see [`run`](run()).
    ///
    /// # Errors
    /// The error of the last attempt, from `body` or from the store. `NestedUnit` in the body of another `run` on this
    /// store.
    pub async fn run<'env, T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send,
        E: From<StoreError> + Retryable + Send,
        F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>> + Send,
    {
        run(&*self.factory, self.retry, body).await
    }

    /// Runs `body` in a unit that only reads one snapshot, and repeats it in a new unit, with a new snapshot, while the
    /// error says that is safe and `retry.window_ms` has not passed: after a lost connection, or when a replica cancels a
    /// long read. The unit is as from [`begin_read`](Self::begin_read): of a replica, if the store has one.
    ///
    /// `body` may run several times, so its effects outside the unit must allow that: collect anew in each run.
    ///
    /// # Errors
    /// The error of the last attempt, from `body` or from the store.
    pub async fn read<'env, T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send,
        E: From<StoreError> + Retryable + Send,
        F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>> + Send,
    {
        read(self.retry, || self.factory.begin_read(), body).await
    }

    /// As [`read`](Self::read), in units as from [`begin_read_own_writes`](Self::begin_read_own_writes): of a snapshot that
    /// has at least everything that was committed through this store and its clones before.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn read_your_writes<'env, T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send,
        E: From<StoreError> + Retryable + Send,
        F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>> + Send,
    {
        read(self.retry, || self.factory.begin_read_own_writes(), body).await
    }

    /// What begins units, for an application that knows the ports only.
    pub fn factory(&self) -> &Arc<dyn UnitOfWorkFactory> {
        &self.factory
    }

    /// Which store this is, for people: `memory`, `SQLite data/wtb.db`, `postgresql://db.example/wtb`.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Examines the store: all of it, which takes long in a large one, or in well under a second what does not depend on
    /// its size.
    ///
    /// # Errors
    /// As reading does. What is wrong with the store is no error but a part of the answer.
    pub async fn diagnose(&self, examination: Examination) -> StoreResult<Diagnosis> {
        self.upkeep.diagnose(examination).await
    }

    /// Marks the store as being filled by a copy, or removes the mark. A copy that is interrupted leaves the mark behind,
    /// and [`diagnose`](Self::diagnose) reports it; units are not affected.
    ///
    /// # Errors
    /// As any write.
    pub async fn mark_unfinished(&self, is_unfinished: bool) -> StoreResult<()> {
        self.upkeep.mark_unfinished(is_unfinished).await
    }

    /// Copies everything that is committed into a new file, while others go on writing, and examines the copy. It is
    /// a SQLite store of its own.
    ///
    /// Dropping the future stops the copying; there is no file then, as after an error.
    ///
    /// # Errors
    /// [`BackupError`] says what is in the way: `Unsupported` unless the store is in SQLite.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<Backup, BackupError> {
        self.upkeep.backup(to.as_ref()).await
    }

    /// Waits until nobody else fills the store, for this long at most, and keeps others from it until the turn ends;
    /// `None` if somebody still fills it then.
    ///
    /// A program that looks what is missing and then adds it takes a turn first: two that look at the same time would
    /// both append to the audit log, where appending never meets appending. Only those wait who take turns themselves;
    /// units go on. A store in memory has one program only, which gets every turn at once.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer in time.
    pub async fn take_turn(&self, wait: Duration) -> StoreResult<Option<Turn>> {
        self.upkeep.take_turn(wait).await
    }
}
