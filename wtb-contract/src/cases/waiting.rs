//! Waiting: bounded, and answered with what was waited for.
//!
//! The store has one connection and may wait 200 milliseconds.

use crate::arrange::{list, read_back};
use crate::cut::cut_after;
use crate::everything::assert_works;
use crate::expect::assert_refused;
use crate::{Backend, samples};
use std::pin::pin;
use std::time::{Duration, Instant};
use wtb_domain::CheckpointFile;
use wtb_ports::{BoxUnitOfWork, Retry, StoreError, StoreResult};

/// Much longer than the store may wait, much shorter than a hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// Panics unless the unit was refused in time, for a reason and not for good.
fn assert_waited_in_vain(answer: StoreResult<BoxUnitOfWork>, since: Instant) {
    assert!(since.elapsed() < PATIENCE, "it took {:?}", since.elapsed());
    let error = answer.map(drop).expect_err("there is one connection");
    assert_eq!(error.retry(), Retry::WholeUnit);
    assert_refused!(
        Err::<(), _>(error),
        StoreError::Unavailable { waited_for, .. } if !waited_for.is_empty()
    );
}

/// A unit that has written, so that it holds whatever a writer needs.
async fn unit_that_wrote(store: &Backend, file: &CheckpointFile) -> BoxUnitOfWork {
    let mut unit = store.begin().await;
    unit.checkpoint_files().add(file.clone()).await.expect("added");
    unit
}

/// As when a unit is begun inside a unit by mistake; the first is not disturbed.
pub async fn a_second_unit_that_writes_waits_no_longer_than_it_may(store: Backend) {
    let file = samples::checkpoint_file("first", "commit");
    let first = unit_that_wrote(&store, &file).await;
    let since = Instant::now();
    assert_waited_in_vain(store.factory().begin().await, since);
    first.commit().await.expect("the first goes on");

    assert_eq!(read_back(&store, &file).await, Some(file));
    assert_works(&store).await;
}

/// There is a connection for one of them only.
pub async fn a_second_unit_that_reads_waits_no_longer_than_it_may(store: Backend) {
    let mut first = store.begin_read().await;
    first.checkpoint_files().get_by_id(&samples::id("any")).await.expect("read");
    let since = Instant::now();
    assert_waited_in_vain(store.factory().begin_read().await, since);
    first.commit().await.expect("the first goes on");

    assert_works(&store).await;
}

/// Again and again, with none of them taking anything with it.
pub async fn many_units_that_wait_in_vain_use_nothing_up(store: Backend) {
    let first = unit_that_wrote(&store, &samples::checkpoint_file("first", "commit")).await;
    let since = Instant::now();
    let factory = store.factory();
    for answer in [factory.begin().await, factory.begin().await, factory.begin().await] {
        assert_waited_in_vain(answer, since);
    }
    drop(first);

    assert_eq!(list::<CheckpointFile>(&store).await, []);
    assert_works(&store).await;
}

/// It need not be asked again.
pub async fn a_unit_that_waits_begins_when_the_first_ends(store: Backend) {
    let first = unit_that_wrote(&store, &samples::checkpoint_file("first", "commit")).await;
    let factory = store.factory();
    let mut waiting = pin!(factory.begin());
    assert!(cut_after(1, waiting.as_mut()).await.is_none(), "there is one connection");
    first.rollback().await.expect("rolled back");
    waiting.await.expect("its turn").rollback().await.expect("rolled back");

    assert_works(&store).await;
}

/// As above, without anyone who ends the first properly.
pub async fn a_unit_that_waits_begins_when_the_first_is_dropped(store: Backend) {
    let first = unit_that_wrote(&store, &samples::checkpoint_file("first", "commit")).await;
    let factory = store.factory();
    let mut waiting = pin!(factory.begin());
    assert!(cut_after(1, waiting.as_mut()).await.is_none(), "there is one connection");
    drop(first);
    waiting.await.expect("its turn").rollback().await.expect("rolled back");

    assert_works(&store).await;
}

/// Nobody waits any more for what it waited for.
pub async fn a_wait_that_is_given_up_takes_no_turn(store: Backend) {
    let first = unit_that_wrote(&store, &samples::checkpoint_file("first", "commit")).await;
    let factory = store.factory();
    for _ in 0..3 {
        assert!(cut_after(1, factory.begin()).await.is_none(), "there is one connection");
    }
    let mut waiting = pin!(factory.begin());
    assert!(cut_after(1, waiting.as_mut()).await.is_none(), "there is one connection");
    first.rollback().await.expect("rolled back");
    waiting.await.expect("its turn").rollback().await.expect("rolled back");

    assert_works(&store).await;
}
