//! Connections that are lent out in turn; only those that are known to be clean come home.
//!
//! The library's own pool asks each connection for a sign of life whenever it comes home. Here a connection comes home
//! right after a commit or a rollback that the server confirmed, and one that died at home is found out by the `BEGIN`
//! that is sent anyway.

use super::PostgresOptions;
use super::connect::{self, may_pass, reason};
use super::kept_units::KeptUnits;
use super::original::{Original, Shown};
use super::session::BeginTexts;
use crate::deadline::deadline_after;
use crate::{OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, raw_sql};
use std::future::ready;
use std::iter;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// The shortest time between two looks at unused connections.
const PAUSE: Duration = Duration::from_millis(50);

/// An open connection outside of any transaction.
pub(super) struct Idle {
    pub(super) connection: PgConnection,
    opened: Instant,
    since: Instant,
    /// Whether its server followed another one, as far as it was asked.
    pub(super) in_recovery: Option<bool>,
    /// The runtime that wakes whoever waits for an answer on it.
    runtime: Handle,
}

impl Idle {
    fn new(connection: PgConnection, in_recovery: Option<bool>) -> Self {
        let now = Instant::now();
        Self { connection, opened: now, since: now, in_recovery, runtime: Handle::current() }
    }

    /// Whether one can wait for an answer on it: not when the runtime has ended that it was opened in. An answer that is
    /// there at once would hide that until another one takes its time, such as that of a commit.
    fn can_be_waited_for(&self) -> bool {
        self.runtime.id() == Handle::current().id() || !self.runtime.spawn(ready(())).is_finished()
    }
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
    /// What is known about units that can be asked about.
    pub(super) kept_units: KeptUnits,
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
            kept_units: KeptUnits::default(),
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

    /// Opens the first connection, so that whoever opens the store is told what would keep units from it.
    ///
    /// # Errors
    /// `Unreachable` when the server does not answer in time, or not as it should.
    pub(super) async fn connect(&self) -> Result<(), OpenError> {
        let connected = self.connected(deadline_after(self.options.wait)).await;
        let connection = connected.map_err(|error| connect::unreachable(&self.options, error))?;
        self.put(Idle::new(connection, None));
        Ok(())
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
    pub(super) fn take_idle(&self) -> Option<Idle> {
        let mut at_home = iter::from_fn(|| self.idle().pop());
        at_home.find(|idle| idle.opened.elapsed() < self.options.max_lifetime && idle.can_be_waited_for())
    }

    pub(super) async fn open(&self, deadline: Instant) -> StoreResult<Idle> {
        let connected = self.connected(deadline).await;
        let mut connection = connected.map_err(|error| self.unavailable("a connection to", error))?;
        let in_recovery = self.check(&mut connection, deadline).await?;
        Ok(Idle::new(connection, in_recovery))
    }

    async fn connected(&self, deadline: Instant) -> Result<PgConnection, Option<Error>> {
        connect::patiently(deadline, may_pass, || self.prepared()).await
    }

    /// A new connection on which units can begin.
    async fn prepared(&self) -> Result<PgConnection, Error> {
        let mut connection = self.connect.connect().await?;
        if let Some(text) = &self.begin.prepare {
            raw_sql(AssertSqlSafe(Arc::clone(text))).execute(&mut connection).await?;
        }
        Ok(connection)
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

    pub(super) fn unavailable(&self, waited_for: &str, error: Option<Error>) -> StoreError {
        let waited_for = match &error {
            Some(error) => format!("{waited_for} {}: {}", self.name, reason(error)),
            None => format!("{waited_for} {}", self.name),
        };
        StoreError::Unavailable { waited_for: waited_for.into(), source: error.map(Into::into) }
    }

    /// Takes in a connection that is outside of any transaction.
    pub(super) fn put(&self, idle: Idle) {
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
