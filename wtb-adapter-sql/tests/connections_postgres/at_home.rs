//! Connections between two units.

use super::*;
use crate::proxy::{Fault, Proxy};
use std::num::NonZeroU32;

/// Three units at the same time, so that three connections are at home afterwards.
async fn with_three_connections(options: PostgresOptions) -> PostgresStore {
    let store = open(options).await;
    let units = [store.begin().await, store.begin_read().await, store.begin().await];
    for unit in units {
        unit.expect("a unit").commit().await.expect("committed");
    }
    store
}

#[tokio::test]
async fn units_in_turn_share_the_connection_that_opening_made() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    let first = observer.servers().await;
    assert_eq!(first.len(), 1);
    add(&store, "committed").await;
    unit_that_wrote(&store, "rolled back").await.rollback().await.expect("rolled back");
    store.begin_read().await.expect("a unit").commit().await.expect("committed");
    assert_eq!(observer.servers().await, first);
}

#[tokio::test]
async fn a_unit_that_is_dropped_is_rolled_back_and_its_connection_used_again() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).max_connections(NonZeroU32::MIN)).await;
    let first = observer.servers().await;
    for _ in 0..3 {
        drop(unit_that_wrote(&store, "dropped").await);
    }
    assert!(!is_stored(&store, "dropped").await);
    assert_eq!(observer.servers().await, first);
}

#[tokio::test]
async fn a_unit_that_failed_gives_its_connection_back_at_once() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).max_connections(NonZeroU32::MIN)).await;
    let first = observer.servers().await;
    add(&store, "taken").await;
    let mut failed = store.begin().await.expect("a unit");
    let error = failed.workflows().add(workflow("taken")).await.unwrap_err();
    assert!(matches!(error, StoreError::AlreadyExists { field: "id", .. }), "{error:?}");
    add(&store, "next").await;
    assert!(matches!(failed.commit().await, Err(StoreError::Aborted)));
    assert_eq!(observer.servers().await, first);
}

#[tokio::test]
async fn connections_that_died_at_home_are_replaced_and_nobody_notices() {
    let (database, mut observer) = place().await;
    let store = with_three_connections(options(database.url())).await;
    let first = observer.servers().await;
    assert_eq!(first.len(), 3);
    observer.end_all().await;
    add(&store, "after").await;
    assert!(is_stored(&store, "after").await);
    let then = observer.servers().await;
    assert!(then.iter().all(|server| !first.contains(server)), "{first:?} {then:?}");
}

#[tokio::test]
async fn connections_whose_other_end_is_out_of_reach_are_replaced_in_time() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let wait = Duration::from_secs(6);
    let store = with_three_connections(options(&proxy.url(database.url())).wait(wait)).await;
    proxy.on("BEGIN", Fault::SilentBefore);
    add(&store, "after").await;
    assert!(is_stored(&store, "after").await);
}

#[tokio::test]
async fn a_server_that_is_away_for_a_moment_is_waited_for() {
    let (database, _observer) = place().await;
    let mut proxy = Proxy::before(database.url()).await;
    let store = with_three_connections(options(&proxy.url(database.url())).wait(LONG)).await;
    proxy.go_away().await;
    let begun = store.begin();
    let back = async {
        // The first attempts are in vain.
        tokio::time::sleep(Duration::from_millis(200)).await;
        proxy.come_back().await;
    };
    let (unit, ()) = tokio::join!(begun, back);
    unit.expect("a unit").commit().await.expect("committed");
}

#[tokio::test]
async fn connections_that_nobody_needs_are_closed_after_a_while() {
    let (database, mut observer) = place().await;
    let idle_timeout = Duration::from_millis(100);
    let store = with_three_connections(options(database.url()).idle_timeout(idle_timeout)).await;
    observer.until_connections(0).await;
    add(&store, "after").await;
}

#[tokio::test]
async fn a_connection_becomes_no_older_than_it_may() {
    let (database, mut observer) = place().await;
    let max_lifetime = Duration::from_millis(300);
    let store = open(options(database.url()).max_lifetime(max_lifetime)).await;
    let unit = unit_that_wrote(&store, "old").await;
    let first = observer.servers().await;
    tokio::time::sleep(max_lifetime).await;
    unit.commit().await.expect("an open unit goes on");
    add(&store, "new").await;
    observer.until_connections(1).await;
    assert_ne!(observer.servers().await, first);
}

#[tokio::test]
async fn a_store_takes_its_connections_with_it() {
    let (database, mut observer) = place().await;
    for number in 0..10 {
        add(&open(options(database.url())).await, &number.to_string()).await;
    }
    observer.until_connections(0).await;
}

#[tokio::test]
async fn a_unit_outlives_its_store() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    let (kept, dropped) = (unit_that_wrote(&store, "kept").await, unit_that_wrote(&store, "dropped").await);
    drop(store);
    kept.commit().await.expect("committed");
    drop(dropped);
    observer.until_connections(0).await;
    let store = open(options(database.url())).await;
    assert!(is_stored(&store, "kept").await);
    assert!(!is_stored(&store, "dropped").await);
}
