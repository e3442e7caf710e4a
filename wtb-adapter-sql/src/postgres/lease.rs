//! A connection on loan to a unit.

use super::PostgresOptions;
use super::pool::{Idle, Pool};
use crate::process::Misuse;
use sqlx::raw_sql;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

/// A connection on loan, in a transaction.
///
/// Dropping it rolls back and takes the connection home; a connection that was taken out and not put back is closed,
/// which rolls back too.
pub(super) struct Lease {
    connection: Option<Idle>,
    pool: Arc<Pool>,
    turn: Option<OwnedSemaphorePermit>,
}

impl Lease {
    /// A loan of a connection that is in a transaction, to whoever has this turn.
    pub(super) fn new(connection: Idle, pool: Arc<Pool>, turn: OwnedSemaphorePermit) -> Self {
        Self { connection: Some(connection), pool, turn: Some(turn) }
    }

    /// Where the connection is at home.
    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// The connection while nobody has taken it out: if a call that uses it is dropped half-way, so must the lease be.
    pub(super) fn connection(&mut self) -> Option<&mut Idle> {
        self.connection.as_mut()
    }

    /// Closes the connection, but keeps the turn.
    pub(super) fn close(mut self) -> Option<OwnedSemaphorePermit> {
        self.connection = None;
        self.turn.take()
    }

    /// The options of the store.
    pub(super) fn options(&self) -> &PostgresOptions {
        &self.pool.options
    }

    /// Whether the connection has the statement that notes a unit.
    pub(super) fn has_prepared_note(&self) -> bool {
        self.connection.as_ref().is_some_and(|idle| idle.has_prepared_note)
    }

    /// Takes the connection out for a call, during which it is not clean.
    ///
    /// # Errors
    /// [`Misuse`] where nobody can talk to the server.
    #[expect(clippy::expect_used, reason = "an engine whose call failed is gone, and so is its lease")]
    pub(super) fn take(&mut self) -> Result<Idle, Misuse> {
        self.pool.process.check()?;
        Ok(self.connection.take().expect("a connection between two calls"))
    }

    /// Puts the connection back after a call.
    pub(super) fn put_back(&mut self, connection: Idle) {
        self.connection = Some(connection);
    }

    /// Rolls back and takes the connection home, but keeps the turn, if there is an answer in time.
    pub(super) async fn roll_back_for_another(mut self, deadline: Instant) -> Option<OwnedSemaphorePermit> {
        let mut idle = self.take().ok()?;
        let rollback = raw_sql("ROLLBACK").execute(&mut idle.connection);
        timeout_at(deadline, rollback).await.ok()?.ok()?;
        self.pool.put(idle);
        self.turn.take()
    }

    /// Takes the connection home after the end of its transaction.
    pub(super) fn ended(mut self, connection: Idle) {
        self.pool.put(connection);
        // Only now may the next unit look for a connection.
        self.turn = None;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut idle) = self.connection.take() else { return };
        // In a fork, the connection and its transaction belong to the parent.
        if !self.pool.process.is_current() {
            return;
        }
        // Without a runtime nobody can talk to the server any more; closing the connection says enough.
        let Ok(runtime) = Handle::try_current() else { return };
        let (pool, turn) = (Arc::clone(&self.pool), self.turn.take());
        runtime.spawn(async move {
            let rollback = raw_sql("ROLLBACK").execute(&mut idle.connection);
            if let Ok(Ok(_)) = timeout(pool.options.wait, rollback).await {
                pool.put(idle);
            }
            drop(turn);
        });
    }
}
