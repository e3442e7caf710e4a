//! Calls that are dropped half-way.

use super::*;
use std::future::{Future, poll_fn};
use std::num::NonZeroU32;
use std::pin::pin;
use std::task::Poll;

/// Polls a call once, which sends its message, and drops it; answers whether that was before its end.
async fn is_given_up<T>(call: impl Future<Output = T>) -> bool {
    let mut call = pin!(call);
    poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_any_more_ends_its_connection() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    observer
        .execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN IF NEW.id = 'slow' THEN PERFORM pg_sleep(0.3); END IF; RETURN NEW; END $$;
             CREATE TRIGGER slow BEFORE INSERT ON workflows FOR EACH ROW EXECUTE FUNCTION slow()",
        )
        .await;
    let mut unit = unit_that_wrote(&store, "half").await;
    let first = observer.servers().await;
    assert!(is_given_up(unit.workflows().add(workflow("slow"))).await);
    assert!(matches!(unit.commit().await, Err(StoreError::Aborted)));
    observer.until_connections(0).await;
    add(&store, "slow").await;
    assert!(!is_stored(&store, "half").await);
    assert_ne!(observer.servers().await, first);
}

#[tokio::test]
async fn a_statement_that_waits_for_a_lock_and_is_given_up_stops_waiting_in_time() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).wait(Duration::from_millis(500))).await;
    let holder = unit_that_wrote(&store, "locked").await;
    let mut unit = begun(|| store.begin()).await;
    assert!(is_given_up(unit.workflows().add(workflow("locked"))).await);
    drop(unit);
    observer.until_connections(1).await;
    holder.commit().await.expect("committed");
}

#[tokio::test]
async fn a_begin_that_nobody_waits_for_any_more_leaves_no_transaction() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url()).max_connections(NonZeroU32::MIN)).await;
    let mut given_up = 0;
    while given_up < 3 {
        given_up += usize::from(is_given_up(store.begin()).await);
    }
    observer.until_no_transactions().await;
    add(&store, "next").await;
    observer.until_connections(1).await;
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_any_more_keeps_everything_or_nothing() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    for number in 0.. {
        let [one, other] = ["one", "other"].map(|name| format!("{name} {number}"));
        let mut unit = unit_that_wrote(&store, &one).await;
        unit.workflows().add(workflow(&other)).await.expect("added");
        let is_given_up = is_given_up(unit.commit()).await;
        observer.until_no_transactions().await;
        assert_eq!(is_stored(&store, &one).await, is_stored(&store, &other).await);
        if is_given_up {
            return;
        }
    }
}

#[tokio::test]
async fn a_rollback_that_nobody_waits_for_any_more_keeps_nothing() {
    let (database, mut observer) = place().await;
    let store = open(options(database.url())).await;
    while !is_given_up(unit_that_wrote(&store, "nothing").await.rollback()).await {}
    observer.until_no_transactions().await;
    assert!(!is_stored(&store, "nothing").await);
}
