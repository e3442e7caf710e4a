//! Without its replica a store can do all but what was asked of the replica.

use crate::support::pair::{Pair, Server, add, sees};
use std::time::{Duration, Instant};
use wtb_adapter_sql::postgres::{self, PostgresStore};
use wtb_domain::Workflow;
use wtb_ports::{StoreError, UnitOfWorkFactory};

const WAIT: Duration = Duration::from_millis(500);

async fn impatient_store(pair: &Pair) -> PostgresStore {
    postgres::open(pair.options().wait(WAIT).replica_wait(WAIT)).await.expect("a store")
}

/// Panics unless only reading from the replica is impossible, and nobody waits for long.
async fn assert_goes_on_without_replica(pair: &Pair, store: &PostgresStore) -> Workflow {
    let workflow = add(store, "loans").await;
    let since = Instant::now();
    let error = store.begin_read().await.map(drop).expect_err("the replica is not there");
    assert!(since.elapsed() < 10 * WAIT, "it took {:?}", since.elapsed());
    let StoreError::Unavailable { waited_for, .. } = &error else { panic!("{error:?}") };
    let replica = pair.url_on(Server::Replica);
    let (_, replica) = replica.rsplit_once('@').expect("a password");
    assert!(waited_for.contains(&format!("postgresql://{replica}")), "{waited_for}");

    let since = Instant::now();
    let mut unit = store.begin_read_own_writes().await.expect("a unit");
    assert!(sees(&mut unit, &workflow).await);
    assert!(since.elapsed() < 10 * WAIT, "it took {:?}", since.elapsed());
    workflow
}

#[tokio::test]
async fn a_store_goes_on_beside_a_replica_that_does_not_answer() {
    let pair = Pair::start().await;
    let store = impatient_store(&pair).await;
    store.begin_read().await.expect("a unit").commit().await.expect("committed");
    pair.servers.pause_replica().await.expect("paused");
    let workflow = assert_goes_on_without_replica(&pair, &store).await;

    pair.servers.unpause_replica().await.expect("unpaused");
    pair.until_replayed().await;
    assert!(sees(&mut store.begin_read().await.expect("a unit"), &workflow).await);
}

#[tokio::test]
async fn a_store_goes_on_without_a_replica_that_has_ended() {
    let pair = Pair::start().await;
    let store = impatient_store(&pair).await;
    store.begin_read().await.expect("a unit").commit().await.expect("committed");
    pair.servers.kill_replica().await.expect("killed");
    assert_goes_on_without_replica(&pair, &store).await;
}

#[tokio::test]
async fn a_store_opens_without_its_replica() {
    let pair = Pair::start().await;
    pair.servers.kill_replica().await.expect("killed");
    let store = impatient_store(&pair).await;
    assert_goes_on_without_replica(&pair, &store).await;
}
