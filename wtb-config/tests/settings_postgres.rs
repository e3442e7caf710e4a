//! That settings reach a PostgreSQL server, told by what it does and shows.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a server or a store that cannot be arranged is a failed test"
)]

use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use std::time::{Duration, Instant};
use wtb_config::{Loader, Migrate, OpenError, Preset, Settings, Store, migrate, open};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreError, StoreResult};
use wtb_test_postgres::{TestDatabase, TestServer};

/// A database, and somebody else who looks at what happens in it.
struct Watched {
    database: TestDatabase,
    watcher: PgConnection,
}

impl Watched {
    async fn new() -> Self {
        let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
        let watcher = PgConnection::connect(database.url()).await.unwrap();
        Self { database, watcher }
    }

    fn loader(&self) -> Loader {
        Settings::loader(Preset::Development).alone().store(self.database.url(), "--store")
    }

    /// The store, opened with one key set.
    async fn store(&self, key: &str, value: &str) -> Store {
        open(&self.loader().set(key, value, "test").load().unwrap()).await.unwrap()
    }

    /// What a query answers in its first column.
    async fn ask(&mut self, sql: &str) -> Vec<String> {
        query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.watcher).await.unwrap()
    }

    /// A column of the server's list of everybody else who is connected to the database.
    async fn others(&mut self, column: &str) -> Vec<String> {
        self.ask(&format!(
            "SELECT {column} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))
        .await
    }

    /// Waits until nobody else is connected any more.
    async fn until_left_alone(&mut self) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.others("application_name").await.is_empty() {
            assert!(Instant::now() < end, "somebody stays connected");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Locks a table for as long as the watcher lives.
    async fn lock(&mut self, table: &str) {
        let lock = format!("BEGIN; LOCK TABLE {table}");
        raw_sql(AssertSqlSafe(lock)).execute(&mut self.watcher).await.unwrap();
    }
}

/// One statement on the table of workflows.
async fn read(unit: &mut BoxUnitOfWork) -> StoreResult<()> {
    unit.workflows().list_all(PageRequest::default()).await.map(drop)
}

#[track_caller]
fn assert_waited_for<T>(outcome: StoreResult<T>, what: &str) {
    match outcome {
        Err(StoreError::Unavailable { waited_for, .. }) => assert_eq!(waited_for, what),
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("nothing was in the way"),
    }
}

#[tokio::test]
async fn the_tables_are_in_the_schema_that_was_set() {
    let mut watched = Watched::new().await;
    let store = watched.store("storage.schema", "team_2").await;
    read(&mut store.begin_read().await.unwrap()).await.unwrap();
    let schemas = "SELECT schemaname::text FROM pg_tables WHERE tablename = 'workflows'";
    assert_eq!(watched.ask(schemas).await, ["team_2"]);
    assert!(store.description().ends_with(" schema team_2"), "{}", store.description());
}

#[tokio::test]
async fn the_server_shows_the_name_of_the_application() {
    let mut watched = Watched::new().await;
    let store = watched.store("storage.application_name", "a worker").await;
    let _unit = store.begin().await.unwrap();
    assert_eq!(watched.others("application_name").await, ["a worker"]);
}

#[tokio::test]
async fn a_name_of_the_application_in_the_url_wins() {
    let mut watched = Watched::new().await;
    let url = format!("{}?application_name=from%20url", watched.database.url());
    let settings = watched.loader().set("storage.url", url, "test");
    let settings = settings.set("storage.application_name", "from setting", "test").load().unwrap();
    let store = open(&settings).await.unwrap();
    let _unit = store.begin().await.unwrap();
    assert_eq!(watched.others("application_name").await, ["from url"]);
}

#[tokio::test]
async fn as_many_units_are_open_at_once_as_connections_were_set() {
    let mut watched = Watched::new().await;
    let settings = watched.loader().set("storage.max_connections", "2", "test");
    let store = open(&settings.set("storage.wait_ms", "2000", "test").load().unwrap()).await.unwrap();
    let _two = (store.begin().await.unwrap(), store.begin_read().await.unwrap());
    let Err(StoreError::Unavailable { waited_for, .. }) = store.begin().await else {
        panic!("there is no third connection")
    };
    assert!(waited_for.starts_with("one of 2 connections to postgresql://"), "{waited_for}");
    assert_eq!(watched.others("state").await, ["idle in transaction"; 2]);
}

#[tokio::test]
async fn a_lock_is_waited_for_as_long_as_was_set() {
    let mut watched = Watched::new().await;
    // With the default of five seconds the statement's own limit would come first.
    let settings = watched.loader().set("storage.wait_ms", "2000", "test");
    let settings = settings.set("storage.statement_timeout_ms", "4000", "test");
    let store = open(&settings.load().unwrap()).await.unwrap();
    watched.lock("workflows").await;
    let mut unit = store.begin().await.unwrap();
    assert_waited_for(read(&mut unit).await, "a lock that another unit holds");
}

#[tokio::test]
async fn a_statement_takes_as_long_as_was_set() {
    let mut watched = Watched::new().await;
    let store = watched.store("storage.statement_timeout_ms", "100").await;
    watched.lock("workflows").await;
    let mut unit = store.begin().await.unwrap();
    assert_waited_for(read(&mut unit).await, "a statement to end");
}

#[tokio::test]
async fn a_unit_waits_for_its_owner_as_long_as_was_set() {
    let mut watched = Watched::new().await;
    let store = watched.store("storage.idle_in_transaction_timeout_ms", "100").await;
    let mut unit = store.begin().await.unwrap();
    watched.until_left_alone().await;
    assert_waited_for(
        read(&mut unit).await,
        "the next call of a unit, which the server rolled back meanwhile",
    );
}

#[tokio::test]
async fn an_unused_connection_stays_open_as_long_as_was_set() {
    for (key, limit) in [("storage.idle_timeout_ms", "50"), ("storage.max_lifetime_ms", "50")] {
        let mut watched = Watched::new().await;
        let store = watched.store(key, limit).await;
        store.begin().await.unwrap().rollback().await.unwrap();
        watched.until_left_alone().await;
        read(&mut store.begin().await.unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn behind_a_pooler_every_unit_brings_its_settings() {
    for (pooler, brought) in [("true", true), ("false", false)] {
        let mut watched = Watched::new().await;
        let settings = watched.loader().set("storage.pooler", pooler, "test");
        let settings = settings.set("storage.statement_timeout_ms", "4711", "test").load().unwrap();
        let store = open(&settings).await.unwrap();
        let _unit = store.begin().await.unwrap();
        let begin = watched.others("query").await.concat();
        assert_eq!(begin.contains("SET LOCAL statement_timeout = 4711;"), brought, "{begin}");
    }
}

#[tokio::test]
async fn a_schema_that_is_only_verified_must_be_brought_up_to_date_first() {
    let mut watched = Watched::new().await;
    let mut settings = watched.loader().set("storage.schema", "team_2", "test").load().unwrap();
    settings.storage.migrate = Migrate::Verify;
    assert!(matches!(open(&settings).await, Err(OpenError::Pending { .. })));
    let made = "SELECT nspname::text FROM pg_namespace WHERE nspname = 'team_2'";
    assert_eq!(watched.ask(made).await, [""; 0], "verifying makes nothing");
    migrate(&settings).await.unwrap();
    read(&mut open(&settings).await.unwrap().begin_read().await.unwrap()).await.unwrap();
}
