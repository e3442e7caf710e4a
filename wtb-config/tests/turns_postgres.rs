//! Turns to fill a store in PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a store that cannot be arranged is a failed test")]

#[path = "support/turns.rs"]
mod cases;

use sqlx::{Connection, PgConnection, query_scalar};
use std::time::Duration;
use wtb_config::{Preset, Settings, Store, open};
use wtb_test_postgres::{TestDatabase, TestServer};

async fn database() -> TestDatabase {
    TestServer::get().await.unwrap().empty_database().await.unwrap()
}

/// The store in a schema; it has one connection for units, and none for turns.
async fn store(database: &TestDatabase, schema: &str) -> Store {
    let loader = Settings::loader(Preset::Development).alone().store(database.url(), "test");
    let loader = loader.set("storage.schema", schema, "test").set("storage.max_connections", "1", "test");
    open(&loader.load().unwrap()).await.unwrap()
}

#[tokio::test]
async fn one_at_a_time_fills_a_store() {
    let database = database().await;
    let (one, other) = (store(&database, "public").await, store(&database, "public").await);
    cases::one_at_a_time(&one, &other).await;
    cases::units_go_on(&one, &other).await;
    cases::a_turn_that_is_dropped_has_ended(&one, &other).await;
}

#[tokio::test]
async fn stores_in_different_schemas_and_databases_are_filled_independently_of_each_other() {
    let (database, elsewhere) = (database().await, database().await);
    let one = store(&database, "public").await;
    cases::both_at_once(&one, &store(&database, "other").await).await;
    cases::both_at_once(&one, &store(&elsewhere, "public").await).await;
}

#[tokio::test]
async fn a_turn_keeps_nothing_but_its_lock_on_the_server() {
    let database = database().await;
    let store = store(&database, "public").await;
    let turn = store.take_turn(Duration::ZERO).await.unwrap().unwrap();
    let mut observer = PgConnection::connect(database.url()).await.unwrap();
    let kept = "SELECT (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)::text || ' ' || locks
        FROM pg_stat_activity, LATERAL (SELECT string_agg(locktype, ' ' ORDER BY locktype) AS locks
                                        FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid
                                        AND relation IS DISTINCT FROM 'pg_settings'::regclass) AS held
        WHERE datname = current_database() AND state = 'idle in transaction'";
    let kept: String = query_scalar(kept).fetch_one(&mut observer).await.unwrap();
    assert_eq!(kept, "false advisory virtualxid");
    turn.end().await;
}
