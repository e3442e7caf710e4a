//! What turns to fill a store are, whatever the database is. `one` and `other` are opened separately.

#![expect(clippy::unwrap_used, reason = "a store that cannot be arranged is a failed test")]

use std::time::{Duration, Instant};
use wtb_config::{Store, UuidIds};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::IdGenerator;

/// Long enough for every machine.
const FOR_EVER: Duration = Duration::from_mins(1);
/// Long enough to see that it is waited.
const SHORT: Duration = Duration::from_millis(50);

pub(crate) async fn one_at_a_time(one: &Store, other: &Store) {
    let turn = one.take_turn(SHORT).await.unwrap().unwrap();
    let since = Instant::now();
    assert!(other.take_turn(SHORT).await.unwrap().is_none());
    assert!(since.elapsed() >= SHORT && since.elapsed() < FOR_EVER, "it waited {:?}", since.elapsed());
    let waiting = tokio::spawn({
        let other = other.clone();
        async move { other.take_turn(FOR_EVER).await }
    });
    turn.end().await;
    waiting.await.unwrap().unwrap().unwrap().end().await;
}

pub(crate) async fn units_go_on(one: &Store, other: &Store) {
    let turn = one.take_turn(FOR_EVER).await.unwrap().unwrap();
    for store in [one, other] {
        let id = WorkflowId::from_uuid(UuidIds.next_uuid());
        let workflow = Workflow::new(id.clone(), id.to_string(), Json::empty_object(), Timestamp::UNIX_EPOCH);
        let mut unit = store.begin().await.unwrap();
        unit.workflows().add(workflow).await.unwrap();
        unit.commit().await.unwrap();
    }
    turn.end().await;
}

pub(crate) async fn a_turn_that_is_dropped_has_ended(one: &Store, other: &Store) {
    drop(one.take_turn(FOR_EVER).await.unwrap().unwrap());
    other.take_turn(FOR_EVER).await.unwrap().unwrap().end().await;
}

pub(crate) async fn both_at_once(one: &Store, other: &Store) {
    let turn = one.take_turn(SHORT).await.unwrap().unwrap();
    other.take_turn(SHORT).await.unwrap().unwrap().end().await;
    turn.end().await;
}
