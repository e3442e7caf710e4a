//! What the server says about the connections of a store.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, raw_sql};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long to wait for what the server does in its own time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection of its own to the database of a store.
pub(crate) struct Observer {
    connection: PgConnection,
}

impl Observer {
    /// Looks at the database of `url`.
    pub(crate) async fn of(url: &str) -> Self {
        let options: PgConnectOptions = url.parse().expect("a url");
        let connection = options.application_name("observer").connect().await.expect("a connection");
        Self { connection }
    }

    /// Runs statements.
    pub(crate) async fn execute(&mut self, sql: &str) {
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.expect(sql);
    }

    /// One number.
    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connection).await.expect(sql)
    }

    /// Texts, one for each row.
    pub(crate) async fn texts(&mut self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await.expect(sql)
    }

    /// The process numbers of the servers that the store has connections to, in ascending order.
    pub(crate) async fn servers(&mut self) -> Vec<i32> {
        let sql = "SELECT pid FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = 'wtb' ORDER BY pid";
        sqlx::query_scalar(sql).fetch_all(&mut self.connection).await.expect(sql)
    }

    /// The number of them that are in a transaction.
    pub(crate) async fn transactions(&mut self) -> i64 {
        self.number(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'wtb' AND state <> 'idle'",
        )
        .await
    }

    /// Ends every connection of the store, as a server does that is restarted.
    pub(crate) async fn end_all(&mut self) {
        let sql = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = 'wtb'";
        self.number(sql).await;
    }

    /// Waits until no connection of the store is in a transaction.
    pub(crate) async fn until_no_transactions(&mut self) {
        let begun = Instant::now();
        while self.transactions().await > 0 {
            assert!(begun.elapsed() < PATIENCE, "there is still a transaction");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the store has this many connections.
    pub(crate) async fn until_connections(&mut self, count: usize) {
        let begun = Instant::now();
        loop {
            let servers = self.servers().await;
            if servers.len() == count {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "not {count} connections but {}", servers.len());
            sleep(Duration::from_millis(5)).await;
        }
    }
}
