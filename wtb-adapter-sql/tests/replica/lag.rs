//! Units that read see the state that the replica has come to.

use crate::support::pair::{Pair, Server, add, sees};
use wtb_contract::samples;
use wtb_ports::{Retry, StoreError, UnitOfWorkFactory};

#[tokio::test]
async fn units_that_read_are_on_the_replica_and_units_that_write_on_the_primary() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    let workflow = add(&store, "loans").await;
    pair.until_replayed().await;

    let mut reader = store.begin_read().await.expect("a unit");
    assert!(sees(&mut reader, &workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Replica);
    reader.commit().await.expect("committed");
    let mut writer = store.begin().await.expect("a unit");
    assert!(sees(&mut writer, &workflow).await);
    assert_eq!(pair.server_of_open_unit().await, Server::Primary);
    writer.rollback().await.expect("rolled back");
    assert_eq!(format!("{store:?}").matches("postgresql://127.0.0.1").count(), 2, "{store:?}");
}

#[tokio::test]
async fn a_unit_that_reads_does_not_wait_for_a_replica_that_lags() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    pair.stop_replay().await;
    let workflow = add(&store, "loans").await;
    assert!(!sees(&mut store.begin_read().await.expect("a unit"), &workflow).await);
    assert!(sees(&mut store.begin().await.expect("a unit"), &workflow).await);

    pair.resume_replay().await;
    pair.until_replayed().await;
    assert!(sees(&mut store.begin_read().await.expect("a unit"), &workflow).await);
}

#[tokio::test]
async fn nothing_can_be_written_on_the_replica() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    for reader in [store.begin_read().await, store.begin_read_own_writes().await] {
        let mut unit = reader.expect("a unit");
        let refused = unit.workflows().add(samples::workflow("loans")).await;
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_unit_that_is_in_the_way_of_replay_is_to_be_run_again() {
    let pair = Pair::start().await;
    let store = pair.store().await;
    let workflow = add(&store, "loans").await;
    pair.run(Server::Replica, "ALTER SYSTEM SET max_standby_streaming_delay = 0").await;
    pair.run(Server::Replica, "SELECT pg_reload_conf()").await;
    let mut unit = store.begin_read_own_writes().await.expect("a unit");
    assert!(sees(&mut unit, &workflow).await);
    pair.run(Server::Primary, "BEGIN; LOCK TABLE workflows; COMMIT").await;
    pair.until_replayed().await;

    let error = unit.workflows().get_by_id(&workflow.id).await.expect_err("the replica went on");
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().ends_with("(conflict with recovery)"), "{error}");
    assert_eq!(error.retry(), Retry::WholeUnit);
    assert!(sees(&mut store.begin_read().await.expect("another unit"), &workflow).await);
}
