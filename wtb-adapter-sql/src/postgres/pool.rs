//! Connections that are lent out in turn; only those that are known to be clean come home.
//!
//! The library's own pool asks each connection for a sign of life whenever it comes home. Here a connection comes home
//! right after a commit or a rollback that the server confirmed, and one that died at home is found out by the `BEGIN`
//! that is sent anyway.

use super::PostgresOptions;
use super::connect::{self, may_pass, reason, survives};
use super::original::{Original, Shown};
use super::session::{BeginTexts, Begun};
use crate::deadline::deadline_after;
use crate::failure::Failure;
use crate::unit::Access;
use crate::{OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, raw_sql};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// An open connection outside of any transaction.
pub(super) struct Idle {
    pub(super) connection: PgConnection,
    opened: Instant,
    since: Instant,
    /// Whether its server followed another one, as far as it was asked.
    in_recovery: Option<bool>,
}

/// A limited number of connections to one server, opened when first needed.
pub(super) struct Pool {
    name: String,
    connect: PgConnectOptions,
    begin: BeginTexts,
    idle: Mutex<Vec<Idle>>,
    turns: Arc<Semaphore>,
    /// What a server must be a copy of.
    original: Option<Original>,
    /// The options of the store.
    pub(super) options: PostgresOptions,
}

impl Pool {
    /// Connections to `url` as the options ask; only to copies of `original`, if there is one.
    ///
    /// # Errors
    /// `Url` when its parts cannot be told apart.
    pub(super) fn new(
        url: &PostgresUrl,
        options: &PostgresOptions,
        original: Option<Original>,
    ) -> Result<Arc<Self>, OpenError> {
        let pool = Arc::new(Self {
            name: url.to_string(),
            connect: connect::for_units(url, options)?,
            begin: BeginTexts::new(options),
            idle: Mutex::default(),
            turns: Arc::new(Semaphore::new(options.max_connections.get() as usize)),
            original,
            options: options.clone(),
        });
        tokio::spawn(close_unused(Arc::downgrade(&pool), options.idle_timeout.min(options.max_lifetime)));
        Ok(pool)
    }

    /// The texts that begin its units.
    pub(super) fn begin_texts(&self) -> &BeginTexts {
        &self.begin
    }

    /// The database without secrets.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection in a new transaction.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time, or none that can be written to.
    pub(super) async fn begin(self: &Arc<Self>, access: Access) -> StoreResult<Lease> {
        let deadline = deadline_after(self.options.wait);
        let turn = self.turn(deadline).await?;
        let text = match access {
            Access::Write => &self.begin.write,
            Access::Read => &self.begin.read,
        };
        Ok(self.begin_with(turn, access, text, deadline).await?.0)
    }

    /// The same in a turn that was waited for, with a `text` whose last answer is that of the pool's own; and all that
    /// it answers.
    pub(super) async fn begin_with(
        self: &Arc<Self>,
        turn: OwnedSemaphorePermit,
        access: Access,
        text: &Arc<str>,
        deadline: Instant,
    ) -> StoreResult<(Lease, Vec<PgRow>)> {
        loop {
            let (mut idle, is_new) = match self.take_idle() {
                Some(idle) => (idle, false),
                None => (self.open(deadline).await?, true),
            };
            let answer = raw_sql(AssertSqlSafe(Arc::clone(text))).fetch_all(&mut idle.connection);
            let Ok(answer) = timeout_at(deadline, answer).await else {
                return Err(self.unavailable("an answer of", None));
            };
            match answer.and_then(|rows| Ok((Begun::read(&rows)?, rows))) {
                // It was open before the server took over; whether it should have is for a new one to find out.
                Ok((begun, _)) if idle.in_recovery.is_some_and(|before| before != begun.in_recovery) => {}
                Ok((begun, rows)) if access == Access::Read || !begun.only_reads => {
                    idle.in_recovery = Some(begun.in_recovery);
                    let lease = Lease { connection: Some(idle), pool: Arc::clone(self), turn: Some(turn) };
                    return Ok((lease, rows));
                }
                // It was open before the server became a replica; a new one may find the server that took over.
                Ok(_) if !is_new => {}
                Ok(_) => return Err(self.unavailable("a server that can be written to as", None)),
                // It died at home.
                Err(error) if !is_new && !survives(&error) => {}
                Err(error) => return Err(Failure::from(error).during("begin")),
            }
        }
    }

    /// A turn to have a connection.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time.
    pub(super) async fn turn(&self, deadline: Instant) -> StoreResult<OwnedSemaphorePermit> {
        let turns = Arc::clone(&self.turns);
        match timeout_at(deadline, turns.acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                Err(self
                    .unavailable(&format!("one of {} connections to", self.options.max_connections), None))
            }
        }
    }

    /// The connection that came home last, so that those that are not needed grow old.
    fn take_idle(&self) -> Option<Idle> {
        let idle = self.idle().pop()?;
        (idle.opened.elapsed() < self.options.max_lifetime).then_some(idle)
    }

    async fn open(&self, deadline: Instant) -> StoreResult<Idle> {
        loop {
            match timeout_at(deadline, self.connect.connect()).await {
                Ok(Ok(mut connection)) => {
                    let in_recovery = self.check(&mut connection, deadline).await?;
                    let now = Instant::now();
                    return Ok(Idle { connection, opened: now, since: now, in_recovery });
                }
                Ok(Err(error)) if may_pass(&error) && Instant::now() + PAUSE < deadline => sleep(PAUSE).await,
                Ok(Err(error)) => return Err(self.unavailable("a connection to", Some(error))),
                Err(_) => return Err(self.unavailable("a connection to", None)),
            }
        }
    }

    /// Whether the server is one that follows the original, if there is one to follow; refuses all others.
    async fn check(&self, connection: &mut PgConnection, deadline: Instant) -> StoreResult<Option<bool>> {
        let Some(original) = &self.original else { return Ok(None) };
        let unknown =
            |error| self.unavailable(&format!("a server that follows {} as", original.name()), error);
        match timeout_at(deadline, original.shown_by(connection)).await {
            Ok(Ok(Shown::Copy)) => Ok(Some(true)),
            Ok(Ok(Shown::Original)) => Ok(Some(false)),
            Ok(Ok(Shown::Another)) => {
                let (database, original) = (self.name.clone(), original.name().to_owned());
                let source = OpenError::NotAReplica { database, original }.into();
                Err(StoreError::Backend { operation: "begin", source })
            }
            Ok(Err(error)) => Err(unknown(Some(error))),
            Err(_) => Err(unknown(None)),
        }
    }

    fn unavailable(&self, waited_for: &str, error: Option<sqlx::Error>) -> StoreError {
        let waited_for = match &error {
            Some(error) => format!("{waited_for} {}: {}", self.name, reason(error)),
            None => format!("{waited_for} {}", self.name),
        };
        StoreError::Unavailable { waited_for: waited_for.into(), source: error.map(Into::into) }
    }

    /// Takes in a connection that is outside of any transaction.
    fn put(&self, idle: Idle) {
        if idle.opened.elapsed() < self.options.max_lifetime {
            self.idle().push(Idle { since: Instant::now(), ..idle });
        }
    }

    /// Takes out the connections that nobody needed for a while, and those that are too old.
    fn take_unused(&self) -> Vec<Idle> {
        let PostgresOptions { idle_timeout, max_lifetime, .. } = self.options;
        let unused =
            |idle: &mut Idle| idle.since.elapsed() >= idle_timeout || idle.opened.elapsed() >= max_lifetime;
        self.idle().extract_if(.., unused).collect()
    }
}

/// Looks after the pool for as long as it is there.
async fn close_unused(pool: Weak<Pool>, period: Duration) {
    loop {
        sleep(period.max(PAUSE)).await;
        let Some(pool) = pool.upgrade() else { return };
        for unused in pool.take_unused() {
            if let Err(error) = unused.connection.close().await {
                tracing::debug!(%error, "an unused connection did not close well");
            }
        }
    }
}

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
    /// The options of the store.
    pub(super) fn options(&self) -> &PostgresOptions {
        &self.pool.options
    }

    /// Takes the connection out for a call, during which it is not clean.
    #[expect(clippy::expect_used, reason = "an engine whose call failed is gone, and so is its lease")]
    pub(super) fn take(&mut self) -> Idle {
        self.connection.take().expect("a connection between two calls")
    }

    /// Puts the connection back after a call.
    pub(super) fn put_back(&mut self, connection: Idle) {
        self.connection = Some(connection);
    }

    /// Rolls back and takes the connection home, but keeps the turn, if there is an answer in time.
    pub(super) async fn roll_back_for_another(mut self, deadline: Instant) -> Option<OwnedSemaphorePermit> {
        let mut idle = self.take();
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
