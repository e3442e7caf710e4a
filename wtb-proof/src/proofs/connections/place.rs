//! A database, a healthy way to it, and stores behind proxies.

use super::ledger::Ledger;
use super::proxy::Proxy;
use super::unit::{self, Ended};
use crate::proof::Failure;
use crate::stores::{database, postgres_options};
use sqlx::{Connection, PgConnection};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wtb_adapter_sql::postgres::PostgresOptions;
use wtb_adapter_sql::{OpenError, postgres};
use wtb_ports::UnitOfWorkFactory;
use wtb_test_postgres::TestDatabase;

/// What the stores behind proxies are called in the server's lists.
pub(super) const APPLICATION: &str = "behind-a-proxy";

/// How long these stores wait for anything; what falls silent costs twice as much.
const WAIT: Duration = Duration::from_secs(1);

/// How long a store may need after a fault to do a unit again.
pub(super) const RECOVERS: Duration = Duration::from_secs(2);

/// How often a store connects anew at most before it has recovered, on a busy machine.
const ATTEMPTS: u32 = 10;

/// How long a server may take to let a store in that is being opened.
const OPENS: Duration = Duration::from_secs(30);

/// Between two attempts to do a unit.
const PAUSE: Duration = Duration::from_millis(1);

/// Makes a store of a sound one: the same, or one with a defect.
pub(super) type Decorate = fn(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory>;

/// A database, and a store that reaches it without a proxy.
pub(super) struct Place {
    pub(super) database: TestDatabase,
    pub(super) healthy: Arc<dyn UnitOfWorkFactory>,
    /// How the units of this database ended.
    pub(super) ledger: Ledger,
    decorate: Decorate,
    numbers: AtomicU64,
}

impl Place {
    /// An empty one.
    ///
    /// # Errors
    /// `Unable` if there is no server.
    pub(super) async fn new(decorate: Decorate) -> Result<Self, Failure> {
        let database = database().await?;
        let healthy = postgres::open(postgres_options(database.url())).await.map_err(Failure::unable)?;
        let (healthy, ledger) = (decorate(Arc::new(healthy)), Ledger::default());
        Ok(Self { database, healthy, ledger, decorate, numbers: AtomicU64::new(0) })
    }

    /// A store behind a proxy of its own.
    ///
    /// # Errors
    /// `Unable` if it cannot be opened.
    pub(super) async fn behind_a_proxy(
        &self,
        connections: NonZeroU32,
    ) -> Result<(Proxy, Arc<dyn UnitOfWorkFactory>), Failure> {
        self.behind_a_proxy_with(|options| {
            let options = options.wait(WAIT).statement_timeout(WAIT).idle_in_transaction_timeout(WAIT);
            options.max_connections(connections)
        })
        .await
    }

    /// The same with these options.
    ///
    /// # Errors
    /// `Unable` if it cannot be opened.
    pub(super) async fn behind_a_proxy_with(
        &self,
        with: impl FnOnce(PostgresOptions) -> PostgresOptions,
    ) -> Result<(Proxy, Arc<dyn UnitOfWorkFactory>), Failure> {
        let proxy = Proxy::before(self.database.url()).await?;
        let options = postgres_options(&proxy.url(self.database.url())).application_name(APPLICATION);
        let options = with(options);
        let since = Instant::now();
        let store = loop {
            match postgres::open(options.clone()).await {
                Ok(store) => break store,
                // The machine is so busy that the short wait of this store is not enough.
                Err(OpenError::Unreachable { .. }) if since.elapsed() < OPENS => {}
                Err(error) => return Err(Failure::unable(error)),
            }
        };
        Ok((proxy, (self.decorate)(Arc::new(store))))
    }

    /// The number of another unit.
    pub(super) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Does one unit through `store`, notes how it ended, and answers whether it was committed.
    ///
    /// # Errors
    /// `Found` if anything hangs, or if an outcome cannot be told.
    pub(super) async fn do_one(&self, store: &dyn UnitOfWorkFactory) -> Result<bool, Failure> {
        let number = self.next_number();
        let ended = unit::done(store, &*self.healthy, number).await?;
        self.ledger.note(number, ended);
        Ok(ended == Ended::Committed)
    }

    /// Does units through `store` until one is committed.
    ///
    /// # Errors
    /// As [`do_one`](Self::do_one), and `Found` if none is committed in time `after` a fault.
    pub(super) async fn recover(&self, store: &dyn UnitOfWorkFactory, after: &str) -> Result<(), Failure> {
        let since = Instant::now();
        while !self.do_one(store).await? {
            if since.elapsed() > RECOVERS && since.elapsed() > self.patience().await? {
                return Err(Failure::found(format!("no unit succeeds within {RECOVERS:?} after: {after}")));
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// How long a store may need to recover while the machine is as busy as it is now: what a new connection alone takes
    /// without any fault does not count.
    ///
    /// # Errors
    /// `Unable` if the server cannot be reached at all.
    pub(super) async fn patience(&self) -> Result<Duration, Failure> {
        let since = Instant::now();
        let connection = PgConnection::connect(self.database.url()).await.map_err(Failure::unable)?;
        let took = since.elapsed();
        connection.close().await.map_err(Failure::unable)?;
        Ok(RECOVERS + ATTEMPTS * took)
    }
}
