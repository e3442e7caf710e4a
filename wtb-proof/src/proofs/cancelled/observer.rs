//! What can be seen of a store's transactions and locks from outside.

use crate::proof::Failure;
use rusqlite::Connection;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a database may take to notice that a client is gone; shorter than any timeout of a forgotten transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections of a database that are in a transaction or have a lock, but for the one that asks.
const BUSY: &str = "
    SELECT format('%s, %s locks, after %s', state, locks, left(query, 60))
    FROM pg_stat_activity
    CROSS JOIN LATERAL (SELECT count(*) AS locks FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid) AS held
    WHERE datname = current_database() AND backend_type = 'client backend' AND pg_stat_activity.pid <> pg_backend_pid()
      AND (state <> 'idle' OR locks > 0)";

/// A connection of its own to the database of a store.
pub(super) enum Observer {
    /// A store that nobody else can look into.
    None,
    Sqlite(PathBuf),
    Postgres(PgConnection),
}

impl Observer {
    /// Looks at the database of `url`.
    ///
    /// # Errors
    /// `Unable` if it cannot be reached.
    pub(super) async fn of_database(url: &str) -> Result<Self, Failure> {
        let options: PgConnectOptions = url.parse().map_err(Failure::unable)?;
        Ok(Self::Postgres(options.connect().await.map_err(Failure::unable)?))
    }

    /// Checks that no transaction is open and no lock is held, now or soon.
    ///
    /// # Errors
    /// `Found` if there is one for too long.
    pub(super) async fn check_nothing_is_left(&mut self) -> Result<(), Failure> {
        match self {
            Self::None => Ok(()),
            Self::Sqlite(path) => {
                let path = path.clone();
                let taken = tokio::task::spawn_blocking(move || take_write_lock(&path));
                let taken = taken.await.map_err(Failure::unable)?;
                taken.map_err(|error| Failure::found(format!("another connection cannot write: {error}")))
            }
            Self::Postgres(connection) => {
                let begun = Instant::now();
                loop {
                    let busy: Vec<String> = sqlx::query_scalar(BUSY)
                        .fetch_all(&mut *connection)
                        .await
                        .map_err(Failure::unable)?;
                    if busy.is_empty() {
                        return Ok(());
                    }
                    if begun.elapsed() > PATIENCE {
                        return Err(Failure::found(format!("the server still has: {}", busy.join("; "))));
                    }
                    sleep(Duration::from_millis(1)).await;
                }
            }
        }
    }
}

fn take_write_lock(path: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")
}
