//! Connections that are lent out in turn and always come home.

use super::busy::Patience;
use super::statements::run;
use crate::failure::Failure;
use rusqlite::Connection;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// Opens a connection, on a thread that may block.
pub(super) type Opener = Box<dyn Fn() -> Result<Connection, Failure> + Send + Sync>;

type Idle = Vec<Box<Connection>>;

/// A fixed number of connections, opened when first needed.
pub(super) struct Pool {
    /// What a unit waits for that gets none, in words.
    name: String,
    idle: Mutex<Idle>,
    turns: Arc<Semaphore>,
    size: u32,
    open: Opener,
}

impl Pool {
    /// At most `size` connections, made by `open`.
    pub(super) fn new(name: String, size: u32, open: Opener) -> Arc<Self> {
        let turns = Arc::new(Semaphore::new(size as usize));
        Arc::new(Self { name, idle: Mutex::default(), turns, size, open })
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a connection that was opened elsewhere.
    pub(super) fn put(&self, connection: Connection) {
        self.idle().push(Box::new(connection));
    }

    /// Waits for a connection; those who came first get one first.
    ///
    /// # Errors
    /// `Unavailable` when none is free before the deadline.
    pub(super) async fn lease(self: &Arc<Self>, deadline: Instant) -> StoreResult<Lease> {
        let turn = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => match timeout_at(deadline, Arc::clone(&self.turns).acquire_owned()).await {
                Ok(Ok(turn)) => turn,
                _ => {
                    return Err(StoreError::Unavailable {
                        waited_for: self.name.clone().into(),
                        source: None,
                    });
                }
            },
        };
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open(deadline).await?,
        };
        Ok(Lease { connection: Some(connection), pool: Arc::clone(self), _turn: turn })
    }

    async fn open(self: &Arc<Self>, deadline: Instant) -> StoreResult<Box<Connection>> {
        let mut patience = Patience::until(deadline);
        loop {
            let pool = Arc::clone(self);
            let opened = tokio::task::spawn_blocking(move || (pool.open)()).await;
            match opened {
                Ok(Ok(connection)) => return Ok(Box::new(connection)),
                Ok(Err(Failure::Busy { .. })) if patience.pause().await => {}
                Ok(Err(failure)) => return Err(failure.during("open a connection")),
                Err(error) => {
                    return Err(StoreError::Backend { operation: "open a connection", source: error.into() });
                }
            }
        }
    }

    /// Whether every connection is at home, so that nobody waits for one.
    pub(super) fn is_at_home(&self) -> bool {
        self.turns.available_permits() == self.size as usize
    }

    /// Waits at most `patience` until every connection is home, and keeps them there.
    pub(super) async fn hold_all(&self, patience: Duration) -> Option<OwnedSemaphorePermit> {
        timeout(patience, Arc::clone(&self.turns).acquire_many_owned(self.size)).await.ok()?.ok()
    }
}

/// A connection on loan. Dropping it rolls back what is open and takes the connection home.
pub(super) struct Lease {
    connection: Option<Box<Connection>>,
    pool: Arc<Pool>,
    // Given up after the connection is home: fields are dropped after `Drop::drop`.
    _turn: OwnedSemaphorePermit,
}

impl Deref for Lease {
    type Target = Connection;

    #[expect(clippy::expect_used, reason = "only drop takes the connection")]
    fn deref(&self) -> &Connection {
        self.connection.as_deref().expect("a lease that was not dropped")
    }
}

impl Lease {
    /// Rolls back what is open; whether nothing is open any more.
    pub(super) fn roll_back(&self) -> bool {
        if !self.is_autocommit()
            && let Err(error) = run(self, "ROLLBACK")
        {
            tracing::warn!(%error, "a rollback failed; the connection is closed");
        }
        self.is_autocommit()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let is_clean = self.roll_back();
        let connection = self.connection.take();
        if is_clean {
            self.pool.idle().extend(connection);
        }
    }
}
