//! Reading own writes: what units of this store committed is seen, wherever the store reads.

use crate::arrange::add_one;
use crate::calls::writes;
use crate::cut::cut_after;
use crate::everything::{Everything, store_every_kind};
use crate::expect::assert_refused;
use crate::{Backend, samples};
use std::sync::Arc;
use tokio::task::JoinSet;
use wtb_domain::CheckpointFile;
use wtb_ports::{StoreError, UnitOfWorkFactory};

/// How often a task looks for what it wrote.
const TIMES: usize = 20;

async fn sees_own(factory: &dyn UnitOfWorkFactory, file: &CheckpointFile) -> bool {
    let mut unit = factory.begin_read_own_writes().await.expect("a unit");
    unit.checkpoint_files().get_by_id(&file.id).await.expect("read").is_some()
}

/// Every time, and nothing of it is missing.
pub async fn own_writes_are_read_right_after_their_commit(store: Backend) {
    store_every_kind(&store).await;
    let mut unit = store.begin().await;
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    let written = Everything::seen_by(&mut unit).await;
    unit.commit().await.expect("committed");
    assert_eq!(Everything::seen_by(&mut store.begin_read_own_writes().await).await, written);

    for number in 0..TIMES {
        let file = samples::checkpoint_file(&format!("again {number}"), "commit");
        add_one(&store, &file).await;
        assert!(sees_own(&*store.factory(), &file).await, "{number}");
    }
}

/// They commit at the same time, each through a handle of its own.
pub async fn tasks_read_what_they_wrote_beside_each_other(store: Backend) {
    let mut tasks = JoinSet::new();
    for task in 0..4 {
        let factory = store.factory();
        tasks.spawn(async move {
            for number in 0..TIMES {
                let file = samples::checkpoint_file(&format!("{task} {number}"), "commit");
                let mut unit = factory.begin().await.expect("a unit");
                unit.checkpoint_files().add(file.clone()).await.expect("added");
                unit.commit().await.expect("committed");
                assert!(sees_own(&*factory, &file).await, "{task} {number}");
            }
        });
    }
    tasks.join_all().await;
}

/// As any unit that reads.
pub async fn a_unit_that_reads_own_writes_reads_one_snapshot_and_writes_nothing(store: Backend) {
    store_every_kind(&store).await;
    let mut reader = store.begin_read_own_writes().await;
    let before = Everything::seen_by(&mut reader).await;
    add_one(&store, &samples::checkpoint_file("later", "commit")).await;
    assert_eq!(Everything::seen_by(&mut reader).await, before);

    for write in writes() {
        let mut unit = store.begin_read_own_writes().await;
        assert_refused!((write.on)(&mut unit).await, StoreError::ReadOnly);
    }
}

/// Nobody was told that it is kept, but whoever sees it goes on seeing it.
pub async fn a_commit_given_up_half_way_is_an_own_write_once_it_is_seen(store: Backend) {
    async fn given_up_after(polls: usize, factory: &Arc<dyn UnitOfWorkFactory>, file: &CheckpointFile) {
        let mut unit = factory.begin().await.expect("a unit");
        unit.checkpoint_files().add(file.clone()).await.expect("added");
        drop(cut_after(polls, unit.commit()).await);
    }
    let factory = store.factory();
    for number in 0..2 * TIMES {
        let file = samples::checkpoint_file(&number.to_string(), "commit");
        given_up_after(number % 4, &factory, &file).await;
        // A unit that may write sees the newest state there is.
        let mut unit = store.begin().await;
        let seen = unit.checkpoint_files().get_by_id(&file.id).await.expect("read").is_some();
        unit.rollback().await.expect("rolled back");
        assert!(!seen || sees_own(&*factory, &file).await, "{number}");
    }
}
