//! What units do while the disk is slow, and after it failed.

use crate::sqlite::{SqliteOptions, SqliteStore, Synchronous, open};
use std::io;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

/// A store whose disk answers when the test sends an answer, and a folder to keep.
async fn store(wait: Duration) -> (SqliteStore, mpsc::Sender<io::Result<()>>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("wtb.db")).wait(wait);
    let store = open(options).await.expect("a new store");
    let (answer, answers) = mpsc::channel();
    let answers = Mutex::new(answers);
    let writing = store.shared.writing().expect("a store that is written");
    writing
        .syncer
        .write_out_with(Arc::new(move || answers.lock().expect("one thread").recv().unwrap_or(Ok(()))));
    (store, answer, folder)
}

fn add(store: &SqliteStore) -> JoinHandle<StoreResult<()>> {
    let store = store.clone();
    tokio::spawn(async move { add_with(&store, "w", Json::new("{}")).await })
}

async fn add_with(store: &SqliteStore, name: &str, definition: Json) -> StoreResult<()> {
    let id = WorkflowId::new(name).expect("an id");
    let mut unit = store.begin().await?;
    unit.workflows().add(Workflow::new(id, name, definition, Timestamp::UNIX_EPOCH)).await?;
    unit.commit().await
}

#[tokio::test]
async fn nobody_reads_what_is_not_on_the_disk_yet() {
    let (store, disk, _folder) = store(Duration::from_secs(30)).await;
    let mut commit = add(&store);
    timeout(Duration::from_millis(50), &mut commit).await.expect_err("the disk has not answered");
    let early = timeout(Duration::from_millis(50), store.begin_read()).await;
    assert!(early.is_err(), "the snapshot is ahead of the disk");
    disk.send(Ok(())).unwrap();
    let mut unit = store.begin_read().await.unwrap();
    assert_eq!(unit.workflows().list_all(PageRequest::default()).await.unwrap().items.len(), 1);
    commit.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_next_unit_writes_while_the_disk_works() {
    let (store, disk, _folder) = store(Duration::from_secs(30)).await;
    let mut commit = add(&store);
    timeout(Duration::from_millis(50), &mut commit).await.expect_err("the disk has not answered");
    let mut next = store.begin().await.expect("the write connection");
    let seen = next.workflows().list_all(PageRequest::default()).await.unwrap().items.len();
    assert_eq!(seen, 1, "it builds on what was committed");
    timeout(Duration::from_millis(50), next.commit()).await.expect_err("what it read is not on the disk yet");
    disk.send(Ok(())).unwrap();
    commit.await.unwrap().unwrap();
}

#[tokio::test]
async fn waiting_for_the_disk_to_read_is_bounded() {
    let (store, _disk, _folder) = store(Duration::from_millis(100)).await;
    let mut commit = add(&store);
    timeout(Duration::from_millis(50), &mut commit).await.expect_err("the disk has not answered");
    let Err(StoreError::Unavailable { waited_for, .. }) = store.begin_read().await else {
        panic!("no answer")
    };
    assert_eq!(waited_for, "the disk to take what was committed to wtb.db");
}

#[tokio::test]
async fn after_the_disk_failed_the_outcome_is_unknown_and_the_store_closed() {
    let (store, disk, _folder) = store(Duration::from_secs(30)).await;
    disk.send(Err(io::Error::other("the disk is gone"))).unwrap();
    let error = add(&store).await.unwrap().unwrap_err();
    assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
    for refused in [store.begin().await.err(), store.begin_read().await.err()] {
        assert!(matches!(refused, Some(StoreError::Backend { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn at_normal_the_log_goes_to_the_disk_in_portions_that_nobody_waits_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("wtb.db")).synchronous(Synchronous::Normal);
    let store = open(options).await.expect("a new store");
    let (ask, asked) = mpsc::channel();
    let (_disk, never) = mpsc::channel();
    let never = Mutex::new(never);
    store.shared.writing().expect("a store that is written").syncer.write_out_with(Arc::new(move || {
        ask.send(()).map_err(io::Error::other)?;
        never.lock().expect("one thread").recv().unwrap_or(Ok(()))
    }));
    let hundred_kib = Json::new(format!("\"{}\"", "x".repeat(100 * 1024)));
    for number in 0..3 {
        add_with(&store, &number.to_string(), hundred_kib.clone()).await.expect("it does not wait");
    }
    assert!(asked.try_recv().is_err(), "less than a portion");
    for number in 3..30 {
        add_with(&store, &number.to_string(), hundred_kib.clone()).await.expect("it does not wait");
    }
    asked.recv_timeout(Duration::from_secs(30)).expect("a portion is on its way to the disk");
}
