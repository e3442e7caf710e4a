//! How units end: committed, rolled back, dropped, in other tasks or by a panic.

use crate::arrange::{add, list, read_back};
use crate::calls::writes;
use crate::everything::{Everything, assert_works, store_every_kind};
use crate::{Backend, samples};
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio::sync::oneshot;
use wtb_domain::CheckpointFile;
use wtb_ports::{BoxUnitOfWork, UnitOfWorkFactory};

/// A unit that has made every write there is.
async fn unit_full_of_writes(factory: Arc<dyn UnitOfWorkFactory>) -> BoxUnitOfWork {
    let mut unit = factory.begin().await.expect("a unit");
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    unit
}

/// Adds, updates and deletes of every kind are undone.
pub async fn a_unit_rolled_back_leaves_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    unit_full_of_writes(store.factory()).await.rollback().await.expect("rolled back");

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// As if it had been rolled back.
pub async fn a_dropped_unit_leaves_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    drop(unit_full_of_writes(store.factory()).await);

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// The unit is dropped while its task unwinds.
pub async fn a_panic_leaves_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let factory = store.factory();
    let task = tokio::spawn(async move {
        let _unit = unit_full_of_writes(factory).await;
        // Unwinds like a panic, but without its report among the output of the tests.
        resume_unwind(Box::new("a panic in the middle of a unit"));
    });
    assert!(task.await.expect_err("the task panicked").is_panic());

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// The unit is dropped by whoever aborts the task.
pub async fn an_aborted_task_leaves_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let factory = store.factory();
    let (written, all_written) = oneshot::channel();
    let task = tokio::spawn(async move {
        let _unit = unit_full_of_writes(factory).await;
        written.send(()).expect("the case waits for it");
        pending::<()>().await;
    });
    all_written.await.expect("the task wrote");
    task.abort();
    assert!(task.await.expect_err("the task was aborted").is_cancelled());

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// With units that write and with units that read.
pub async fn a_unit_that_did_nothing_commits_and_rolls_back(store: Backend) {
    store.begin().await.commit().await.expect("committed");
    store.begin().await.rollback().await.expect("rolled back");
    store.begin_read().await.commit().await.expect("committed");
    store.begin_read().await.rollback().await.expect("rolled back");

    assert_works(&store).await;
}

/// With units that could have written and with units that could not.
pub async fn a_unit_that_only_read_commits_and_rolls_back(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    for commits in [true, false] {
        for mut unit in [store.begin().await, store.begin_read().await] {
            Everything::seen_by(&mut unit).await;
            if commits {
                unit.commit().await.expect("committed");
            } else {
                unit.rollback().await.expect("rolled back");
            }
        }
    }

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// Begun in one task, used in another, committed in a third.
pub async fn a_unit_can_be_sent_to_other_tasks(store: Backend) {
    let file = samples::checkpoint_file("sent", "commit");
    let mut unit = store.begin().await;
    let added = file.clone();
    let unit = tokio::spawn(async move {
        unit.checkpoint_files().add(added).await.expect("added");
        unit
    });
    let unit = unit.await.expect("the task ended");
    tokio::spawn(unit.commit()).await.expect("the task ended").expect("committed");

    assert_eq!(read_back(&store, &file).await, Some(file));
}

/// So that none takes anything with it: a connection, a lock, a place.
pub async fn many_units_can_follow_one_another(store: Backend) {
    let mut committed = Vec::new();
    for number in 0..90 {
        let file = samples::checkpoint_file(&number.to_string(), "commit");
        let mut unit = store.begin().await;
        unit.checkpoint_files().add(file.clone()).await.expect("added");
        match number % 3 {
            0 => drop(unit),
            1 => unit.rollback().await.expect("rolled back"),
            _ => {
                unit.commit().await.expect("committed");
                committed.push(file);
            }
        }
        assert_eq!(list::<CheckpointFile>(&store).await, committed);
    }
}

/// Whether or not the store lets several units write at a time.
pub async fn a_dropped_unit_makes_room_for_the_one_that_waits(store: Backend) {
    let file = samples::checkpoint_file("next", "commit");
    let mut first = store.begin().await;
    first.checkpoint_files().add(file.clone()).await.expect("added");
    let (factory, same) = (store.factory(), file.clone());
    let next = tokio::spawn(async move {
        let mut unit = factory.begin().await.expect("a unit");
        unit.checkpoint_files().add(same).await.expect("the first was dropped");
        unit.commit().await.expect("committed");
    });
    drop(first);
    next.await.expect("the task ended");

    assert_eq!(list::<CheckpointFile>(&store).await, [file]);
}

/// What one unit keeps, the next builds upon.
pub async fn a_unit_sees_what_was_committed_before_it_began(store: Backend) {
    let file = samples::checkpoint_file("before", "commit");
    add(&store, std::slice::from_ref(&file)).await;
    let mut unit = store.begin().await;
    let found = unit.checkpoint_files().get_by_id(&file.id).await.expect("read");
    assert_eq!(found, Some(file));
}
