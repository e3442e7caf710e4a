//! Units that must see what their store has written wait for the replica, and not for ever.

use crate::support::pair::{FOR_EVER, PAUSE, Pair, Server, add, sees};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use wtb_adapter_sql::postgres;
use wtb_ports::UnitOfWorkFactory;

/// A unit looked whether the replica has come far enough, and goes on waiting.
const SOMEBODY_WAITS: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity \
    WHERE application_name = 'wtb' AND query = 'ROLLBACK' AND state = 'idle')";

async fn wait_until_the_replica_has_what_was_written(pair: &Pair, pooler: bool) {
    let store = postgres::open(pair.options().pooler(pooler)).await.expect("a store");
    pair.stop_replay().await;
    let workflow = add(&store, "loans").await;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.begin_read_own_writes().await }
    });
    pair.until(Server::Replica, SOMEBODY_WAITS).await;
    assert!(!waiting.is_finished());

    pair.resume_replay().await;
    let mut unit = waiting.await.expect("no panic").expect("a unit");
    assert!(sees(&mut unit, &workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Replica);
}

#[tokio::test]
async fn own_writes_are_waited_for() {
    wait_until_the_replica_has_what_was_written(&Pair::start().await, false).await;
}

#[tokio::test]
async fn own_writes_are_waited_for_without_keeping_anything_on_a_connection() {
    wait_until_the_replica_has_what_was_written(&Pair::start().await, true).await;
}

#[tokio::test]
async fn own_writes_that_the_replica_has_are_read_there_at_once() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    let workflow = add(&store, "loans").await;
    pair.until_replayed().await;
    pair.stop_replay().await;
    let mut unit = timeout(FOR_EVER, store.begin_read_own_writes()).await.expect("at once").expect("a unit");
    assert!(sees(&mut unit, &workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Replica);
}

#[tokio::test]
async fn what_others_write_is_not_waited_for() {
    let pair = Pair::start().await;
    let (store, other) = (pair.store().await, pair.store().await);
    pair.until_replayed().await;
    pair.stop_replay().await;
    let workflow = add(&other, "loans").await;
    let mut unit = timeout(FOR_EVER, store.begin_read_own_writes()).await.expect("at once").expect("a unit");
    assert!(!sees(&mut unit, &workflow).await);
}

#[tokio::test]
async fn own_writes_are_read_from_the_primary_when_the_replica_takes_too_long() {
    const WAIT: Duration = Duration::from_millis(500);
    let pair = Pair::start().await;
    let store = postgres::open(pair.options().replica_wait(WAIT)).await.expect("a store");
    add(&store, "before").await;
    pair.stop_replay().await;
    let workflow = add(&store, "loans").await;
    let since = Instant::now();
    let mut unit = store.begin_read_own_writes().await.expect("a unit");
    assert!(since.elapsed() >= WAIT / 2, "it waited {:?}", since.elapsed());
    assert!(sees(&mut unit, &workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Primary);
    drop(unit);

    pair.resume_replay().await;
    pair.until_replayed().await;
    loop {
        let mut unit = store.begin_read_own_writes().await.expect("a unit");
        assert!(sees(&mut unit, &workflow).await);
        let server = pair.server_of_open_unit().await;
        unit.rollback().await.expect("rolled back");
        if server == Server::Replica {
            break;
        }
        sleep(PAUSE).await;
    }
}
