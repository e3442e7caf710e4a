//! Connections that are lent out in turn and always come home.

use super::busy::Patience;
use super::reading::Opened;
use super::statements::run;
use crate::failure::Failure;
use crate::process::{Process, WatchedProcess};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// Opens a connection, on a thread that may block.
pub(super) type Opener = Box<dyn Fn() -> Result<Opened, Failure> + Send + Sync>;

type Idle = Vec<Box<Opened>>;

/// A fixed number of connections, opened when first needed.
pub(super) struct Pool {
    /// What a unit waits for that gets none, in words.
    name: String,
    idle: Mutex<Idle>,
    turns: Arc<Semaphore>,
    size: u32,
    open: Opener,
    process: WatchedProcess,
}

impl Pool {
    /// At most `size` connections, made by `open`.
    pub(super) fn new(name: String, size: u32, open: Opener) -> Arc<Self> {
        Self::opened_in(Process::current(), name, size, open)
    }

    fn opened_in(process: Process, name: String, size: u32, open: Opener) -> Arc<Self> {
        let turns = Arc::new(Semaphore::new(size as usize));
        let process = WatchedProcess::new(process);
        Arc::new(Self { name, idle: Mutex::default(), turns, size, open, process })
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a connection that was opened elsewhere.
    pub(super) fn put(&self, connection: Opened) {
        self.idle().push(Box::new(connection));
    }

    /// Waits for a connection; those who came first get one first.
    ///
    /// # Errors
    /// `Unavailable` when none is free before the deadline, `Backend` where the store cannot be used.
    pub(super) async fn lease(self: &Arc<Self>, deadline: Instant) -> StoreResult<Lease> {
        self.process.check_for("begin")?;
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
        match idle {
            Some(connection) => {
                Ok(Lease { connection: Some(connection), pool: Arc::clone(self), _turn: turn })
            }
            None => self.open(turn, deadline).await,
        }
    }

    /// Opens a connection for whoever holds the permit. If its caller has gone by then, it is returned to the pool: where
    /// callers have less time than opening takes, there would never be one.
    async fn open(
        self: &Arc<Self>,
        mut permit: OwnedSemaphorePermit,
        deadline: Instant,
    ) -> StoreResult<Lease> {
        let mut patience = Patience::until(deadline);
        loop {
            let pool = Arc::clone(self);
            let opened = tokio::task::spawn_blocking(move || match (pool.open)() {
                Ok(connection) => Ok(Lease { connection: Some(Box::new(connection)), pool, _turn: permit }),
                Err(failure) => Err((failure, permit)),
            });
            match opened.await {
                Ok(Ok(lease)) => return Ok(lease),
                Ok(Err((failure, returned))) => {
                    let is_busy = matches!(failure, Failure::Busy { .. });
                    if !is_busy || !patience.pause().await {
                        return Err(failure.during("open a connection"));
                    }
                    permit = returned;
                }
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
}

/// A connection on loan. Dropping it rolls back what is open and takes the connection home.
pub(super) struct Lease {
    connection: Option<Box<Opened>>,
    pool: Arc<Pool>,
    // Given up after the connection is home: fields are dropped after `Drop::drop`.
    _turn: OwnedSemaphorePermit,
}

impl Deref for Lease {
    type Target = Opened;

    #[expect(clippy::expect_used, reason = "only drop takes the connection")]
    fn deref(&self) -> &Opened {
        self.connection.as_deref().expect("a lease that was not dropped")
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "only drop takes the connection")]
    fn deref_mut(&mut self) -> &mut Opened {
        self.connection.as_deref_mut().expect("a lease that was not dropped")
    }
}

impl Lease {
    /// Checks that the store can be used here and now.
    ///
    /// # Errors
    /// `Backend` says why not.
    pub(super) fn check_for(&self, operation: &'static str) -> StoreResult<()> {
        self.pool.process.check_for(operation)
    }

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
        // In a fork, a transaction belongs to the parent: to end it would change the log that both have mapped.
        if !self.is_autocommit() && self.pool.size == 1 && !self.pool.process.process().is_current() {
            self.connection.take().map(Box::leak);
            return;
        }
        let is_clean = self.roll_back();
        let connection = self.connection.take();
        if is_clean && connection.as_ref().is_some_and(|connection| connection.check().is_ok()) {
            self.pool.idle().extend(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::PARENT;
    use rusqlite::Connection;
    use std::thread;
    use std::time::Duration;
    use tokio::time::{sleep, timeout};

    const A_WHILE: Duration = Duration::from_millis(50);

    fn deadline() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[tokio::test]
    async fn a_fork_begins_no_unit_on_the_connections_of_its_parent() {
        let pool = Pool::opened_in(PARENT, String::new(), 1, Box::new(|| unreachable!("nothing is opened")));
        let refused = pool.lease(deadline()).await.map(drop).unwrap_err();
        let StoreError::Backend { operation: "begin", source } = refused else { panic!("{refused:?}") };
        assert!(source.to_string().contains("by its fork"), "{source}");
    }

    #[tokio::test]
    async fn a_connection_that_nobody_waited_for_is_there_for_the_next_caller() {
        let slow = || {
            thread::sleep(A_WHILE);
            Ok(Connection::open_in_memory()?.into())
        };
        let pool = Pool::new(String::new(), 1, Box::new(slow));
        assert!(timeout(Duration::from_millis(1), pool.lease(deadline())).await.is_err());
        while !pool.is_at_home() {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(pool.idle().len(), 1);
        drop(pool.lease(deadline()).await.unwrap());
    }
}
