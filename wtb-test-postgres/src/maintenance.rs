//! Statements on a server's maintenance database.
//!
//! They run on a runtime of their own, so that a database can be dropped from anywhere: inside any runtime, while one
//! shuts down, and while a test panics.

use crate::ProvideError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep};

/// Enough for the threads of one test process.
const CONNECTIONS: u32 = 4;
/// Between two looks whether everybody has left a database.
const PAUSE: Duration = Duration::from_millis(1);
/// How long they may take before the server is asked to see to it.
const PATIENCE: Duration = Duration::from_secs(1);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a process without threads cannot run tests")]
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
});

/// Runs work on the runtime of this module and waits for it.
pub(crate) async fn elsewhere<T: Send + 'static>(
    work: impl Future<Output = Result<T, ProvideError>> + Send + 'static,
) -> Result<T, ProvideError> {
    let done = RUNTIME.spawn(work).await;
    done.map_err(|error| ProvideError::because("providing postgresql broke off", &error))?
}

/// The maintenance database of a server.
#[derive(Clone)]
pub(crate) struct Maintenance {
    pool: PgPool,
}

impl Maintenance {
    /// Connects when it is first needed.
    pub(crate) fn new(url: &str) -> Result<Self, ProvideError> {
        let options: PgConnectOptions = url
            .parse()
            .map_err(|error: sqlx::Error| ProvideError::because("the url of the test server", &error))?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
        let _guard = RUNTIME.enter();
        Ok(Self { pool: pool.connect_lazy_with(options) })
    }

    /// Runs one statement, built from names that this crate made.
    pub(crate) async fn execute(&self, statement: String) -> Result<(), ProvideError> {
        let pool = self.pool.clone();
        elsewhere(async move {
            let outcome = sqlx::raw_sql(AssertSqlSafe(statement.as_str())).execute(&pool).await;
            outcome.map(drop).map_err(|error| ProvideError::because(format_args!("`{statement}`"), &error))
        })
        .await
    }

    /// Drops a database with everybody who is connected to it, and blocks until it is gone.
    pub(crate) fn drop_database(&self, name: &str) -> Result<(), ProvideError> {
        let (sender, receiver) = mpsc::channel();
        let (pool, name) = (self.pool.clone(), name.to_owned());
        RUNTIME.spawn(async move { sender.send(drop_database(&pool, &name).await) });
        let dropped = receiver
            .recv()
            .map_err(|error| ProvideError::because("dropping a database broke off", &error))?;
        dropped.map_err(|error| ProvideError::because("cannot drop a database", &error))
    }

    /// The pool, for work that needs more than a statement; use it [`elsewhere`].
    pub(crate) fn pool(&self) -> PgPool {
        self.pool.clone()
    }
}

/// The server itself would look only ten times a second whether everybody has left.
async fn drop_database(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    let still_there = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end
        && sqlx::query_scalar::<_, i64>(still_there).bind(name).fetch_one(pool).await? > 0
    {
        sleep(PAUSE).await;
    }
    let statement = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(pool).await.map(drop)
}
