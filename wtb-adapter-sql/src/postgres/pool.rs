//! Connections that are lent out one at a time; only those that are known to be clean are returned to the pool.
//!
//! The library's own pool asks each connection for a sign of life whenever it comes home. Here a connection comes home
//! right after a commit or a rollback that the server confirmed, and one that died at home is found out by the `BEGIN`
//! that is sent anyway.

use super::PostgresOptions;
use super::connect::{self, may_pass, reason};
use super::kept_units::KeptUnits;
use super::large_values::LargeValues;
use super::original::{Original, Shown};
use super::session::BeginTexts;
use crate::deadline::deadline_after;
use crate::process::Process;
use crate::{OpenError, PostgresUrl};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, raw_sql};
use std::future::ready;
use std::iter;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;
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
    /// The texts that begin its units.
    pub(super) begin: BeginTexts,
    /// Whether the statement that notes a unit was prepared on it.
    pub(super) has_prepared_note: bool,
    /// The runtime that wakes whoever waits for an answer on it.
    runtime: Handle,
}

/// A new connection for whoever holds the permit. If its caller has gone, the connection is returned to the pool.
struct Opened {
    pool: Arc<Pool>,
    /// The connection, and after it the permit: the next unit looks for a connection as soon as it has that.
    connection: Option<(Idle, OwnedSemaphorePermit)>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some((idle, permit)) = self.connection.take() {
            self.pool.put(idle);
            drop(permit);
        }
    }
}

impl Idle {
    fn new((connection, begin): (PgConnection, BeginTexts)) -> Self {
        let now = Instant::now();
        let runtime = Handle::current();
        Self {
            connection,
            opened: now,
            since: now,
            in_recovery: None,
            begin,
            has_prepared_note: false,
            runtime,
        }
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
    idle: Mutex<Vec<Idle>>,
    /// Connections that were opened before may hold prepared statements that are no longer valid.
    usable_since: Mutex<Instant>,
    turns: Arc<Semaphore>,
    /// What a server must be a copy of.
    original: Option<Original>,
    /// What is known about units that can be asked about.
    pub(super) kept_units: KeptUnits,
    /// The process that opened the store.
    pub(super) process: Process,
    /// What is known about large values in each table.
    pub(super) large_values: LargeValues,
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
        Self::opened_in(Process::current(), url, options, original)
    }

    fn opened_in(
        process: Process,
        url: &PostgresUrl,
        options: &PostgresOptions,
        original: Option<Original>,
    ) -> Result<Arc<Self>, OpenError> {
        let pool = Arc::new(Self {
            name: url.to_string(),
            connect: connect::plain(url, options)?,
            idle: Mutex::default(),
            usable_since: Mutex::new(Instant::now()),
            turns: Arc::new(Semaphore::new(options.max_connections.get() as usize)),
            original,
            kept_units: KeptUnits::default(),
            process,
            large_values: LargeValues::default(),
            options: options.clone(),
        });
        tokio::spawn(close_unused(Arc::downgrade(&pool), options.idle_timeout.min(options.max_lifetime)));
        Ok(pool)
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
        self.put(Idle::new(connected.map_err(|error| connect::unreachable(&self.options, error))?));
        Ok(())
    }

    /// A turn to have a connection.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time, `Backend` where the store cannot be used.
    pub(super) async fn turn(&self, deadline: Instant) -> StoreResult<OwnedSemaphorePermit> {
        self.process.check_for("begin")?;
        let turns = Arc::clone(&self.turns);
        match timeout_at(deadline, turns.acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                Err(self
                    .unavailable(&format!("one of {} connections to", self.options.max_connections), None))
            }
        }
    }

    /// The connection that was returned last, so that those that are not needed grow old.
    pub(super) fn take_idle(&self) -> Option<Idle> {
        let mut at_home = iter::from_fn(|| self.idle().pop());
        at_home.find(|idle| self.may_be_used_again(idle) && idle.can_be_waited_for())
    }

    fn may_be_used_again(&self, idle: &Idle) -> bool {
        let usable_since = *self.usable_since.lock().unwrap_or_else(PoisonError::into_inner);
        idle.opened.elapsed() < self.options.max_lifetime && idle.opened >= usable_since
    }

    /// To be called when a prepared statement turned out to be invalid: those of all other connections are too.
    pub(super) fn renew_all(&self) {
        *self.usable_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.idle().clear();
    }

    /// Opens a connection for whoever holds the permit.
    ///
    /// Opening goes on when the caller drops this future, and the connection is returned to the pool then: where callers
    /// have less time than opening takes, there would never be one.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time.
    pub(super) async fn open_for(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        deadline: Instant,
    ) -> StoreResult<(Idle, OwnedSemaphorePermit)> {
        let pool = Arc::clone(self);
        let opening = tokio::spawn(async move {
            let connection = Some((pool.open(deadline).await?, permit));
            Ok::<_, StoreError>(Opened { pool, connection })
        });
        let failed = |error: JoinError| StoreError::Backend { operation: "begin", source: error.into() };
        let mut opened = opening.await.map_err(failed)??;
        opened.connection.take().ok_or_else(|| self.unavailable("a connection to", None))
    }

    /// Opens a connection that is not one of the pool.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time.
    pub(super) async fn open(&self, deadline: Instant) -> StoreResult<Idle> {
        let connected = self.connected(deadline).await;
        let mut idle = Idle::new(connected.map_err(|error| self.unavailable("a connection to", error))?);
        idle.in_recovery = self.check(&mut idle.connection, deadline).await?;
        Ok(idle)
    }

    async fn connected(&self, deadline: Instant) -> Result<(PgConnection, BeginTexts), Option<Error>> {
        connect::patiently(deadline, may_pass, || self.prepared()).await
    }

    /// A new connection on which units can begin.
    async fn prepared(&self) -> Result<(PgConnection, BeginTexts), Error> {
        let mut connection = self.connect.connect().await?;
        let (begin, prepare) = BeginTexts::new(&self.options);
        if let Some(text) = prepare {
            raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
        Ok((connection, begin))
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
        if self.may_be_used_again(&idle) {
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
        let Some(pool) = pool.upgrade().filter(|pool| pool.process.is_current()) else { return };
        for unused in pool.take_unused() {
            if let Err(error) = unused.connection.close().await {
                tracing::debug!(%error, "an unused connection did not close well");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseUrl;
    use crate::process::tests::PARENT;

    #[tokio::test]
    async fn a_fork_begins_no_unit_on_the_connections_of_its_parent() {
        let DatabaseUrl::Postgres(url) = DatabaseUrl::parse("postgresql://127.0.0.1:1/wtb").unwrap() else {
            panic!("a url")
        };
        let options = PostgresOptions::new(url.clone());
        let pool = Pool::opened_in(PARENT, &url, &options, None).unwrap();
        let refused = pool.begin_to_read(deadline_after(options.wait)).await.map(drop).unwrap_err();
        let StoreError::Backend { operation: "begin", source } = refused else { panic!("{refused:?}") };
        assert!(source.to_string().contains("by its fork"), "{source}");
    }
}
