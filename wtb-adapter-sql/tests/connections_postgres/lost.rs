//! Connections that break or fall silent while a unit is open.

use super::*;
use crate::proxy::{Fault, Proxy};

/// How long the server may take, and how long its answer.
const LIMIT: Duration = Duration::from_secs(1);

async fn store_behind(proxy: &Proxy, database: &TestDatabase) -> PostgresStore {
    open(options(&proxy.url(database.url())).wait(LIMIT).statement_timeout(LIMIT)).await
}

/// Commits a unit with this to happen to the `COMMIT`; answers whether it was kept.
async fn is_kept_after_commit(fault: Fault) -> bool {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_behind(&proxy, &database).await;
    let unit = unit_that_wrote(&store, "perhaps").await;
    proxy.on("COMMIT", fault);
    let since = Instant::now();
    let error = unit.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::AfterReadingBack);
    assert!(since.elapsed() < LONG, "{:?}", since.elapsed());
    is_stored(&store, "perhaps").await
}

#[tokio::test]
async fn a_commit_that_does_not_reach_the_server_is_of_unknown_outcome() {
    assert!(!is_kept_after_commit(Fault::CutBefore).await);
    assert!(!is_kept_after_commit(Fault::SilentBefore).await);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_of_unknown_outcome() {
    assert!(is_kept_after_commit(Fault::CutAfter).await);
    assert!(is_kept_after_commit(Fault::SilentAfter).await);
}

#[tokio::test]
async fn a_statement_whose_connection_is_lost_ends_its_unit_and_may_be_tried_again() {
    for fault in [Fault::CutBefore, Fault::CutAfter, Fault::SilentBefore, Fault::SilentAfter] {
        let (database, mut observer) = place().await;
        let proxy = Proxy::before(database.url()).await;
        let store = store_behind(&proxy, &database).await;
        let mut unit = unit_that_wrote(&store, "first").await;
        proxy.on("second", fault);
        let since = Instant::now();
        let added = unit.workflows().add(workflow("second")).await;
        assert_eq!(waited_for(added), "the server to answer", "{fault:?}");
        assert!(since.elapsed() < LONG, "{:?}", since.elapsed());
        assert!(matches!(unit.commit().await, Err(StoreError::Aborted)));
        assert!(!is_stored(&store, "first").await, "{fault:?}");
        assert!(!is_stored(&store, "second").await, "{fault:?}");
        // The other end of a silent connection hears nothing either.
        drop(proxy);
        observer.until_no_transactions().await;
    }
}

#[tokio::test]
async fn a_rollback_whose_connection_is_lost_says_so_and_keeps_nothing() {
    for fault in [Fault::CutBefore, Fault::SilentBefore] {
        let (database, mut observer) = place().await;
        let proxy = Proxy::before(database.url()).await;
        let store = store_behind(&proxy, &database).await;
        let unit = unit_that_wrote(&store, "nothing").await;
        proxy.on("ROLLBACK", fault);
        waited_for(unit.rollback().await);
        drop(proxy);
        observer.until_no_transactions().await;
        let store = open(options(database.url())).await;
        assert!(!is_stored(&store, "nothing").await);
    }
}

#[tokio::test]
async fn a_unit_that_is_dropped_without_a_way_to_the_server_holds_its_turn_only_for_a_while() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let limited = options(&proxy.url(database.url())).max_connections(1.try_into().unwrap());
    let store = open(limited.wait(LIMIT)).await;
    let unit = begun(|| store.begin()).await;
    proxy.on("ROLLBACK", Fault::SilentBefore);
    drop(unit);
    begun(|| store.begin()).await;
}

#[tokio::test]
async fn a_begin_without_an_answer_is_given_up_in_time() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_behind(&proxy, &database).await;
    let inside = begun(|| store.begin()).await;
    proxy.on("REPEATABLE READ", Fault::SilentBefore);
    let since = Instant::now();
    let name = proxy.url(database.url());
    let (_, address) = name.rsplit_once('@').unwrap();
    let (address, _) = address.split_once('?').unwrap();
    assert_eq!(waited_for(store.begin().await), format!("an answer of postgresql://{address}"));
    assert!(since.elapsed() < LONG, "{:?}", since.elapsed());
    inside.commit().await.expect("the other goes on");
}

#[tokio::test]
async fn a_connection_that_is_never_answered_is_given_up_in_time() {
    let (database, _observer) = place().await;
    let proxy = Proxy::before(database.url()).await;
    let store = store_behind(&proxy, &database).await;
    let inside = begun(|| store.begin()).await;
    proxy.on("client_encoding", Fault::SilentBefore);
    let since = Instant::now();
    assert!(waited_for(store.begin().await).starts_with("a connection to postgresql://"));
    assert!(since.elapsed() < LONG, "{:?}", since.elapsed());
    inside.commit().await.expect("the other goes on");
}
