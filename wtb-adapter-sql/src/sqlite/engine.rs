//! The engine for SQLite: short statements run on the calling thread, long ones on a thread that may block.

use super::checkpoint::after_full;
use super::kept_units::{self, Found, Noted};
use super::pool::Lease;
use super::shared::Shared;
use super::statements::{self, BULK_ROWS, run};
use super::sync::{Announced, Ticket};
use crate::arg::Args;
use crate::engine::{Engine, Ran};
use crate::failure::Failure;
use crate::record::{Record, Table};
use crate::statement::Statement;
use rusqlite::{Connection, ffi};
use std::sync::Arc;
use tokio::task::spawn_blocking;
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOutcome};

/// Rows that are read on the calling thread: up to a millisecond of work.
const SHORT_READ: usize = 256;
/// Changed rows up to which a commit runs on the calling thread.
const SHORT_COMMIT: u64 = 1_000;

/// An open transaction on a connection that goes home when the engine is dropped.
pub(super) struct SqliteEngine {
    lease: Lease,
    shared: Arc<Shared>,
    /// How many rows were changed so far.
    changed: u64,
}

impl SqliteEngine {
    /// An engine in the transaction that is open on `lease`.
    pub(super) fn new(lease: Lease, shared: Arc<Shared>) -> Self {
        Self { lease, shared, changed: 0 }
    }

    /// Runs `work` on a thread that may block. The connection goes along, and is home again even if nobody waits for it.
    async fn off_thread<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Ran<Self, T> {
        let Self { lease, shared, changed } = self;
        let worked = spawn_blocking(move || {
            let answer = work(&lease);
            (lease, answer)
        });
        let (lease, answer) = worked.await.map_err(|error| Failure::Other(error.into()))?;
        Self { lease, shared, changed }.ran(answer)
    }

    /// Goes on after a call that succeeded, and ends after one that did not.
    fn ran<T>(self, answer: Result<T, Failure>) -> Ran<Self, T> {
        match answer {
            Ok(answer) => Ok((self, answer)),
            Err(failure) => {
                if matches!(failure, Failure::Full(_)) {
                    after_full(self.lease);
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
        match self.commit().await {
            Ok(()) => Ok(outcome),
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

    async fn read<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
        expected: usize,
    ) -> Ran<Self, Vec<(i64, R)>> {
        if expected <= SHORT_READ {
            let found = statements::read(&self.lease, statement.sql, &args)?;
            return Ok((self, found));
        }
        let args = args.into_owned();
        self.off_thread(move |connection| statements::read(connection, statement.sql, &args)).await
    }

    async fn read_each<T: Table>(self, ids: &[T::Id]) -> Ran<Self, Vec<T>> {
        if ids.len() <= SHORT_READ {
            let found = statements::read_each(&self.lease, ids)?;
            return Ok((self, found));
        }
        let ids = ids.to_vec();
        self.off_thread(move |connection| statements::read_each(connection, &ids)).await
    }

    async fn insert<R: Record>(mut self, rows: Vec<R>) -> Ran<Self, Vec<R>> {
        self.changed += rows.len() as u64;
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
        let Self { lease, shared, changed } = self;
        if changed == 0 {
            drop(lease);
            // What it read may not be on the disk yet.
            return shared.all_visible_written().await;
        }
        let ticket = if changed <= SHORT_COMMIT {
            commit_now(lease, &shared)?
        } else {
            let of = Arc::clone(&shared);
            let committed = spawn_blocking(move || commit_now(lease, &of)).await;
            committed.map_err(|error| StoreError::OutcomeUnknown { source: error.into() })??
        };
        shared.written(ticket).await
    }

    async fn rollback(self) -> StoreResult<()> {
        if self.lease.is_autocommit() {
            return Ok(());
        }
        run(&self.lease, "ROLLBACK").map_err(|error| Failure::from(error).during("roll back"))
    }
}

/// Commits and lets the next unit have the connection; answers what to wait for.
fn commit_now(lease: Lease, shared: &Arc<Shared>) -> StoreResult<Option<Ticket>> {
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
            after_full(lease);
        }
        return Err(failure.during("commit"));
    }
    let ticket = announced.as_ref().map(Announced::ticket);
    drop(announced);
    shared.after_commit(lease);
    Ok(ticket)
}
