//! The engine for SQLite: reads and short writes run on the calling thread, long writes on a thread that may block.

use super::kept_units::{self, Found, Noted};
use super::pool::Lease;
use super::shared::Shared;
use super::statements::{self, BULK_ROWS, run};
use super::sync::Announced;
use crate::arg::Args;
use crate::engine::{Engine, Ran};
use crate::failure::Failure;
use crate::process::in_runtime;
use crate::read_row::read_row;
use crate::record::{Record, Table};
use crate::statement::Statement;
use crate::tables::audit_logs::Settled;
use rusqlite::{Connection, ffi};
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::task::{spawn_blocking, yield_now};
use wtb_domain::{AuditEntry, EntityKind};
use wtb_ports::{Page, PageBuilder, PageRequest, StoreError, StoreResult, UnitId, UnitOutcome};

/// Rows that are read before others have their turn on the thread: up to a millisecond of work.
///
/// To read all of a long list on another thread takes longer: until that has woken up, and then to free there what is
/// used here.
const AT_ONCE: usize = 256;
/// Changed rows up to which a commit runs on the calling thread.
const SHORT_COMMIT: u64 = 1_000;

/// An open transaction on a connection that goes home when the engine is dropped.
pub(super) struct SqliteEngine {
    lease: Lease,
    shared: Arc<Shared>,
    /// How many rows were changed so far.
    changed: u64,
    /// How many entries were appended to the log so far.
    appended: usize,
}

impl SqliteEngine {
    /// An engine in the transaction that is open on `lease`.
    pub(super) fn new(lease: Lease, shared: Arc<Shared>) -> Self {
        Self { lease, shared, changed: 0, appended: 0 }
    }

    /// Runs `work` on a thread that may block. The connection goes along, and is home again even if nobody waits for it.
    async fn off_thread<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Ran<Self, T> {
        in_runtime()?;
        let Self { lease, shared, changed, appended } = self;
        let worked = spawn_blocking(move || {
            let answer = work(&lease);
            (lease, answer)
        });
        let (lease, answer) = worked.await.map_err(|error| Failure::Other(error.into()))?;
        Self { lease, shared, changed, appended }.ran(answer)
    }

    /// Goes on after a call that succeeded, and ends after one that did not.
    fn ran<T>(self, answer: Result<T, Failure>) -> Ran<Self, T> {
        match answer {
            Ok(answer) => Ok((self, answer)),
            Err(failure) => {
                if matches!(failure, Failure::Full(_)) {
                    self.shared.after_full(self.lease);
                }
                Err(failure)
            }
        }
    }

    /// What became of another unit, as durably as if it had been told at its commit.
    pub(super) async fn outcome_of(mut self, unit: &Noted) -> StoreResult<UnitOutcome> {
        let failed = |failure: Failure| failure.during("ask what became of a unit");
        let outcome = match unit.look(&self.lease).map_err(failed)? {
            Found::Outcome(outcome) => outcome,
            Found::Newest => {
                // Its commit may be in the log, beyond the end that counts. Whatever is written next takes its place.
                unit.write_off(&self.lease).map_err(failed)?;
                self.changed += 1;
                UnitOutcome::NotKept
            }
        };
        let shared = Arc::clone(&self.shared);
        match self.commit().await {
            Ok(()) => shared.check().map(|()| outcome),
            Err(StoreError::OutcomeUnknown { source }) => Err(StoreError::Unavailable {
                waited_for: "the disk to take what was committed".into(),
                source: Some(source),
            }),
            Err(error) => Err(error),
        }
    }
}

impl Engine for SqliteEngine {
    async fn execute(mut self, statement: &'static Statement, args: Args<'_>) -> Ran<Self, u64> {
        let changed = statements::execute(&self.lease, statement.sql, &args);
        self.changed += changed.as_ref().unwrap_or(&0);
        self.ran(changed)
    }

    async fn find<R: Record>(self, statement: &'static Statement, args: Args<'_>) -> Ran<Self, Option<R>> {
        let mut found = None;
        statements::read(&self.lease, statement.sql, &args, |row| {
            found = Some(read_row(row)?.1);
            Ok(ControlFlow::Break(()))
        })?;
        self.lease.check()?;
        Ok((self, found))
    }

    async fn page<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Page<R>> {
        let mut found = PageBuilder::new(page.limit);
        loop {
            let at_once = AT_ONCE.min(found.room() + 1);
            let args = args.clone().page(found.last().or(page.after), at_once);
            let (mut rows, mut has_more) = (0, false);
            statements::read(&self.lease, statement.sql, &args, |row| {
                if found.is_full() {
                    has_more = true;
                    return Ok(ControlFlow::Break(()));
                }
                let (place, row) = read_row(row)?;
                found.push(place, row);
                rows += 1;
                Ok(ControlFlow::Continue(()))
            })?;
            self.lease.check()?;
            if has_more || rows < at_once {
                return Ok((self, found.finish(has_more)));
            }
            yield_now().await;
        }
    }

    async fn settled(
        self,
        list: &'static Settled,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Page<AuditEntry>> {
        let args = args.count(self.appended as u64);
        self.page(list.in_sqlite, args, page).await
    }

    async fn read_each<T: Table>(self, ids: &[T::Id]) -> Ran<Self, Vec<T>> {
        let mut found = Vec::with_capacity(ids.len());
        for (number, ids) in ids.chunks(AT_ONCE).enumerate() {
            if number > 0 {
                yield_now().await;
            }
            statements::read_each(&mut found, &self.lease, ids)?;
        }
        self.lease.check()?;
        Ok((self, found))
    }

    async fn insert<R: Record>(mut self, rows: Vec<R>) -> Ran<Self, Vec<R>> {
        self.changed += rows.len() as u64;
        if R::ENTITY == EntityKind::AuditEntry {
            self.appended += rows.len();
        }
        if rows.len() <= BULK_ROWS {
            let inserted = statements::insert(&self.lease, &rows).map(|()| rows);
            return self.ran(inserted);
        }
        self.off_thread(move |connection| statements::insert(connection, &rows).map(|()| rows)).await
    }

    async fn identify(mut self) -> Ran<Self, UnitId> {
        let id = kept_units::note(&self.lease);
        self.changed += 1;
        self.ran(id)
    }

    async fn commit(self) -> StoreResult<()> {
        self.lease.check_for("commit")?;
        let Self { lease, shared, changed, .. } = self;
        if changed == 0 {
            drop(lease);
            // What it read may not be on the disk yet.
            return shared.all_visible_written().await;
        }
        let is_short = changed <= SHORT_COMMIT;
        let announced = if is_short {
            commit_now(lease, &shared)?
        } else {
            let of = Arc::clone(&shared);
            let committed = spawn_blocking(move || commit_now(lease, &of)).await;
            committed.map_err(|error| StoreError::OutcomeUnknown { source: error.into() })??
        };
        match announced {
            Some(announced) => shared.end(announced, is_short).await,
            None => Ok(()),
        }
    }

    async fn rollback(self) -> StoreResult<()> {
        if self.lease.is_autocommit() {
            return Ok(());
        }
        run(&self.lease, "ROLLBACK").map_err(|error| Failure::from(error).during("roll back"))
    }
}

/// Commits and lets the next unit have the connection; answers what is to be on the disk.
fn commit_now(lease: Lease, shared: &Arc<Shared>) -> StoreResult<Option<Announced>> {
    let announced = shared.announce();
    if let Err(error) = run(&lease, "COMMIT") {
        // Dropping the lease rolls back, so after most errors it is certain that nothing is kept. After an error of
        // input or output it is not: the end of the transaction may be in the log already, and SQLite would find it
        // there after a crash.
        let io = error.sqlite_error().is_some_and(|code| code.extended_code & 0xff == ffi::SQLITE_IOERR);
        if io {
            return Err(StoreError::OutcomeUnknown { source: error.into() });
        }
        let failure = Failure::from(error);
        if matches!(failure, Failure::Full(_)) {
            shared.after_full(lease);
        }
        return Err(failure.during("commit"));
    }
    shared.after_commit(lease);
    if announced.is_none()
        && let Err(error) = shared.check()
    {
        // It is in the file that was open, which may be put back.
        return Err(StoreError::OutcomeUnknown { source: error.into() });
    }
    Ok(announced)
}
