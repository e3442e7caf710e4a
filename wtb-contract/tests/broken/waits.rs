//! Waits without end, for nothing, or at the expense of others.

use super::{assert_caught_within, caught};
use async_trait::async_trait;
use std::time::Duration;
use tokio::sync::oneshot;
use wtb_contract::defective::{Defect, Gate, Place, unavailable};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult};

/// Waits for as long as it takes.
#[derive(Debug, Clone)]
struct WaitsForever;

#[async_trait]
impl Defect for WaitsForever {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        Ok(gate.wait_forever(writes).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_forever() {
    // Long enough for a sound store, which waits 200 milliseconds at most.
    let patience = Duration::from_secs(3);
    let cases = [
        "waiting::a_second_unit_that_writes_waits_no_longer_than_it_may",
        "waiting::a_second_unit_that_reads_waits_no_longer_than_it_may",
        "waiting::many_units_that_wait_in_vain_use_nothing_up",
    ];
    assert_caught_within(patience, WaitsForever, &cases).await;
}

/// Does not wait at all.
#[derive(Debug, Clone)]
struct NeverWaits;

#[async_trait]
impl Defect for NeverWaits {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        gate.enter_at_once(writes)
    }
}

/// What nobody waited in vain for is told as this.
#[derive(Debug, Clone)]
struct TellsWaits(fn() -> StoreError);

#[async_trait]
impl Defect for TellsWaits {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        gate.wait(writes).await.map_err(|_| (self.0)())
    }
}

/// A unit that is dropped keeps its room.
#[derive(Debug, Clone)]
struct KeepsRoomOfDroppedUnits;

#[async_trait]
impl Defect for KeepsRoomOfDroppedUnits {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        gate.wait_for(Duration::from_millis(500), writes).await
    }

    fn dropped(&mut self, unit: BoxUnitOfWork, place: Place) {
        drop(unit);
        place.forget();
    }
}

/// A wait goes on when nobody waits any more, and keeps what it gets.
#[derive(Debug, Clone)]
struct WaitsForNobody;

#[async_trait]
impl Defect for WaitsForNobody {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        let (answer, answered) = oneshot::channel();
        let gate = gate.clone();
        tokio::spawn(async move {
            if let Err(Ok(place)) = answer.send(gate.wait_for(Duration::from_millis(500), writes).await) {
                place.forget();
            }
        });
        answered.await.expect("the wait ends")
    }
}

/// A unit needs the store for itself.
#[derive(Debug, Clone)]
struct LetsOneUnitInAtATime;

#[async_trait]
impl Defect for LetsOneUnitInAtATime {
    async fn wait(&self, gate: &Gate, _writes: bool) -> StoreResult<Place> {
        gate.wait_to_be_alone().await
    }
}

caught! {
    never_waiting: NeverWaits => [
        "waiting::a_unit_that_waits_begins_when_the_first_ends",
        "waiting::a_unit_that_waits_begins_when_the_first_is_dropped",
    ];
    not_saying_what_was_waited_for: TellsWaits(|| unavailable("")) => [
        "waiting::a_second_unit_that_writes_waits_no_longer_than_it_may",
        "waiting::a_second_unit_that_reads_waits_no_longer_than_it_may",
    ];
    telling_a_wait_as_a_failure: TellsWaits(|| {
        StoreError::Backend { operation: "begin", source: "busy".into() }
    }) => [
        "waiting::a_second_unit_that_writes_waits_no_longer_than_it_may",
        "waiting::many_units_that_wait_in_vain_use_nothing_up",
    ];
    keeping_the_room_of_dropped_units: KeepsRoomOfDroppedUnits => [
        "waiting::a_unit_that_waits_begins_when_the_first_is_dropped",
        "units::many_units_can_follow_one_another",
        "units::every_write_in_a_reading_unit_is_refused",
        "failures::many_failures_use_nothing_up",
    ];
    waiting_when_nobody_waits: WaitsForNobody => [
        "waiting::a_wait_that_is_given_up_takes_no_turn",
        "units::a_begin_given_up_half_way_takes_nothing_with_it",
    ];
    letting_one_unit_in_at_a_time: LetsOneUnitInAtATime => [
        "snapshots::a_unit_that_writes_does_not_keep_others_from_reading",
        "snapshots::a_unit_that_reads_does_not_keep_others_from_writing",
        "snapshots::reading_units_of_different_states_stay_apart",
        "concurrent_writers::units_that_write_different_rows_both_commit",
    ];
}
