//! A store that reads from a replica, and which of the two servers its units are on.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use tokio::time::sleep;
use wtb_adapter_sql::DatabaseUrl;
use wtb_adapter_sql::postgres::{self, PostgresOptions, PostgresStore};
use wtb_contract::samples;
use wtb_domain::Workflow;
use wtb_ports::{BoxUnitOfWork, UnitOfWorkFactory};
use wtb_test_postgres::{ReplicatedServer, TestDatabase};

/// Long enough for every machine.
pub(crate) const FOR_EVER: Duration = Duration::from_mins(1);
/// Between two looks at what cannot be waited for otherwise.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);

/// A server, its replica, and a database that both have.
pub(crate) struct Pair {
    database: TestDatabase,
    pub(crate) servers: ReplicatedServer,
}

/// One of the servers of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Primary,
    Replica,
}

impl Pair {
    pub(crate) async fn start() -> Self {
        let servers = ReplicatedServer::start().await.expect("two servers");
        let database = servers.empty_database().await.expect("a database");
        let pair = Self { database, servers };
        pair.until_replayed().await;
        pair
    }

    /// How to reach the database, for units and in tests.
    pub(crate) fn url_on(&self, server: Server) -> String {
        match server {
            Server::Primary => self.database.url().to_owned(),
            Server::Replica => self.servers.replica_url_of(&self.database),
        }
    }

    /// Reads from the replica, and waits for it for ever.
    pub(crate) fn options(&self) -> PostgresOptions {
        let url = |server| match DatabaseUrl::parse(&self.url_on(server)) {
            Ok(DatabaseUrl::Postgres(url)) => url,
            other => panic!("not the url of a postgresql database: {other:?}"),
        };
        let options = PostgresOptions::new(url(Server::Primary)).read_url(url(Server::Replica));
        options.replica_wait(FOR_EVER).wait(FOR_EVER)
    }

    /// A store that reads from the replica, and waits for it for ever.
    pub(crate) async fn store(&self) -> PostgresStore {
        postgres::open(self.options()).await.expect("a store")
    }

    /// Runs statements on one of the servers.
    pub(crate) async fn run(&self, server: Server, sql: &str) {
        let mut connection = PgConnection::connect(&self.url_on(server)).await.expect("a connection");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("the end of the connection");
    }

    /// Asks one of the servers.
    pub(crate) async fn ask<T>(&self, server: Server, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = PgConnection::connect(&self.url_on(server)).await.expect("a connection");
        let answer = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect(sql);
        connection.close().await.expect("the end of the connection");
        answer
    }

    /// Asks one of the servers until it says yes.
    pub(crate) async fn until(&self, server: Server, sql: &str) {
        while !self.ask::<bool>(server, sql).await {
            sleep(PAUSE).await;
        }
    }

    /// Waits until the replica shows everything so far.
    pub(crate) async fn until_replayed(&self) {
        let end: String = self.ask(Server::Primary, "SELECT pg_current_wal_flush_lsn()::text").await;
        // The database itself may be what is being waited for.
        let mut connection = PgConnection::connect(self.servers.replica_url()).await.expect("a connection");
        let sql = format!("SELECT pg_last_wal_replay_lsn() >= '{end}'");
        loop {
            let has_come_so_far = sqlx::query_scalar(AssertSqlSafe(sql.as_str())).fetch_one(&mut connection);
            if has_come_so_far.await.expect("yes or no") {
                break;
            }
            sleep(PAUSE).await;
        }
        connection.close().await.expect("the end of the connection");
    }

    /// Where the one unit that is open is, as the servers see it.
    pub(crate) async fn server_of_open_unit(&self) -> Server {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wtb' AND state = 'idle in transaction'";
        let on_replica: i64 = self.ask(Server::Replica, sql).await;
        let on_primary: i64 = self.ask(Server::Primary, sql).await;
        match (on_primary, on_replica) {
            (1, 0) => Server::Primary,
            (0, 1) => Server::Replica,
            other => panic!("there is one open unit, not {other:?}"),
        }
    }

    /// Keeps the replica as it is, though it goes on answering.
    pub(crate) async fn stop_replay(&self) {
        self.run(Server::Replica, "SELECT pg_wal_replay_pause()").await;
        self.until(Server::Replica, "SELECT pg_get_wal_replay_pause_state() = 'paused'").await;
    }

    /// Lets the replica follow again.
    pub(crate) async fn resume_replay(&self) {
        self.run(Server::Replica, "SELECT pg_wal_replay_resume()").await;
    }
}

/// Commits a new workflow.
pub(crate) async fn add(store: &PostgresStore, name: &str) -> Workflow {
    let workflow = samples::workflow(name);
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow.clone()).await.expect("added");
    unit.commit().await.expect("committed");
    workflow
}

/// Whether the unit sees the workflow.
pub(crate) async fn sees(unit: &mut BoxUnitOfWork, workflow: &Workflow) -> bool {
    unit.workflows().get_by_id(&workflow.id).await.expect("read").is_some()
}
