//! What is no replica is not read from.

use crate::support::pair::{Pair, Server, add, sees};
use std::error::Error;
use wtb_adapter_sql::postgres::{self, PostgresOptions, PostgresStore};
use wtb_adapter_sql::{DatabaseUrl, OpenError, PostgresUrl};
use wtb_ports::{StoreError, UnitOfWorkFactory};
use wtb_test_postgres::TestServer;

fn parsed(url: &str) -> PostgresUrl {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::Postgres(url)) => url,
        other => panic!("not the url of a postgresql database: {other:?}"),
    }
}

async fn open_reading(written: &PostgresUrl, read: &PostgresUrl) -> Result<PostgresStore, OpenError> {
    postgres::open(PostgresOptions::new(written.clone()).read_url(read.clone())).await
}

fn assert_refused(opened: Result<PostgresStore, OpenError>, written: &PostgresUrl, read: &PostgresUrl) {
    let error = opened.expect_err("it is no replica");
    assert!(matches!(error, OpenError::NotAReplica { .. }), "{error:?}");
    let sentence =
        format!("{read} is no replica of {written}; name one of its replicas for reading, or none");
    assert_eq!(error.to_string(), sentence);
    assert!(error.source().is_none());
}

#[tokio::test]
async fn another_database_is_refused() {
    let server = TestServer::get().await.expect("a server");
    let one = server.empty_database().await.expect("a database");
    let other = server.empty_database().await.expect("another database");
    let (one, other) = (parsed(one.url()), parsed(other.url()));
    assert_refused(open_reading(&one, &other).await, &one, &other);
}

#[tokio::test]
async fn a_server_that_follows_another_one_is_refused() {
    let pair = Pair::start().await;
    let replica = parsed(&pair.url_on(Server::Replica));
    let elsewhere = TestServer::get().await.expect("a server").empty_database().await.expect("a database");
    let elsewhere = parsed(elsewhere.url());
    assert_refused(open_reading(&elsewhere, &replica).await, &elsewhere, &replica);
}

#[tokio::test]
async fn a_replica_that_was_promoted_is_read_from_no_more() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    store.begin_read().await.expect("a unit").commit().await.expect("committed");
    assert!(pair.ask::<bool>(Server::Replica, "SELECT pg_promote()").await);
    let workflow = add(&store, "loans").await;

    let error = store.begin_read().await.map(drop).expect_err("it goes its own ways");
    let StoreError::Backend { source, .. } = &error else { panic!("{error:?}") };
    assert!(source.is::<OpenError>(), "{source}");
    let mut unit = store.begin_read_own_writes().await.expect("a unit");
    assert!(sees(&mut unit, &workflow).await);
    let (primary, replica) = (parsed(&pair.url_on(Server::Primary)), parsed(&pair.url_on(Server::Replica)));
    assert_refused(open_reading(&primary, &replica).await, &primary, &replica);
}
