//! Locks of other processes, which another connection stands in for, and the connections of the store itself.

#![expect(clippy::expect_used, reason = "this file is tests")]

use rusqlite::Connection;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_domain::{AuditEntry, EventType, Json, Severity, Timestamp, Workflow, WorkflowId};
use wtb_ports::{PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

const WAIT: Duration = Duration::from_millis(300);

/// A store of one reader that waits for a third of a second, and a connection as another process has it.
async fn store() -> (SqliteStore, Connection, tempfile::TempDir) {
    store_that_waits(WAIT).await
}

async fn store_that_waits(wait: Duration) -> (SqliteStore, Connection, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wtb.db");
    let options = SqliteOptions::new(&path).max_readers(NonZeroU32::MIN).wait(wait);
    let store = sqlite::open(options).await.expect("a new store");
    let other = Connection::open(&path).expect("the same file");
    other.busy_timeout(Duration::from_secs(10)).expect("patience");
    (store, other, folder)
}

fn workflow(id: &str) -> Workflow {
    Workflow::new(WorkflowId::new(id).expect("an id"), id, Json::new("{}"), Timestamp::UNIX_EPOCH)
}

fn waited_for<T>(answer: StoreResult<T>) -> String {
    match answer {
        Err(StoreError::Unavailable { waited_for, .. }) => waited_for.into_owned(),
        Err(other) => other.to_string(),
        Ok(_) => "nothing".to_owned(),
    }
}

async fn add(store: &SqliteStore, id: &str) {
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow(id)).await.expect("added");
    unit.commit().await.expect("committed");
}

fn entries(count: usize) -> Vec<AuditEntry> {
    let entry =
        AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "x".repeat(100));
    vec![entry; count]
}

#[tokio::test]
async fn the_write_lock_of_another_process_is_waited_for_and_not_for_ever() {
    let (store, other, _folder) = store().await;
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    assert_eq!(waited_for(store.begin().await), "a lock of wtb.db, which another process holds");
    assert!((WAIT..WAIT * 10).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    store.begin_read().await.expect("readers do not wait for writers").commit().await.unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    add(&store, "w").await;
}

#[tokio::test]
async fn a_lock_that_is_given_up_in_time_is_had() {
    let (store, other, _folder) = store().await;
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let release = async {
        // The unit has tried and waits by now: nothing else runs in this runtime.
        tokio::time::sleep(WAIT / 3).await;
        other.execute_batch("ROLLBACK").expect("rolled back");
    };
    let (unit, ()) = tokio::join!(store.begin(), release);
    unit.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_runtime_of_one_thread_does_other_work_meanwhile() {
    let (store, other, _folder) = store().await;
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let ticks = async {
        let mut ticks = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            ticks += 1;
            if ticks == 10 {
                return ticks;
            }
        }
    };
    tokio::select! {
        _ = store.begin() => panic!("the lock is not free"),
        ticks = ticks => assert_eq!(ticks, 10),
    }
}

#[tokio::test]
async fn each_kind_of_connection_is_waited_for_by_name() {
    let (store, _other, _folder) = store().await;
    let (_writer, _reader) = (store.begin().await.unwrap(), store.begin_read().await.unwrap());
    assert_eq!(waited_for(store.begin().await), "the write connection of wtb.db");
    assert_eq!(waited_for(store.begin_read().await), "one of 1 read connections of wtb.db");
}

#[tokio::test]
async fn what_another_process_committed_is_seen_and_kept_apart() {
    let (store, other, _folder) = store().await;
    add(&store, "ours").await;
    let mut before = store.begin_read().await.unwrap();
    other
        .execute_batch(
            "INSERT INTO workflows (id, revision, name, version, created_at, updated_at, description, definition, \
             metadata) VALUES ('theirs', 1, 'theirs', '1', 0, 0, '', '{}', '{}')",
        )
        .unwrap();
    assert_eq!(before.workflows().list_all(PageRequest::default()).await.unwrap().items.len(), 1);
    before.commit().await.unwrap();
    let mut after = store.begin_read().await.unwrap();
    assert_eq!(after.workflows().list_all(PageRequest::default()).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn a_bulk_write_that_nobody_waits_for_any_more_gives_its_connection_back() {
    let (store, _other, _folder) = store_that_waits(Duration::from_mins(1)).await;
    let mut unit = store.begin().await.unwrap();
    let append = unit.audit_logs().append_logs(None, entries(20_000));
    tokio::time::timeout(Duration::from_millis(1), append).await.expect_err("it takes longer than that");
    let error = unit.workflows().add(workflow("w")).await.unwrap_err();
    assert!(matches!(error, StoreError::Aborted), "{error:?}");
    drop(unit);
    add(&store, "next").await;
    let mut unit = store.begin_read().await.unwrap();
    assert_eq!(unit.audit_logs().list_all(PageRequest::default()).await.unwrap().items, []);
}

#[tokio::test]
async fn a_large_commit_that_nobody_waits_for_any_more_is_kept_whole() {
    let (store, _other, _folder) = store_that_waits(Duration::from_mins(1)).await;
    let mut unit = store.begin().await.unwrap();
    unit.audit_logs().append_logs(None, entries(2_000)).await.unwrap();
    let mut commit = unit.commit();
    // One poll hands the commit to another thread.
    let started = std::future::poll_fn(|context| std::task::Poll::Ready(commit.as_mut().poll(context)));
    assert!(started.await.is_pending());
    drop(commit);
    add(&store, "next").await;
    let mut unit = store.begin_read().await.unwrap();
    let mut page = PageRequest::default();
    let mut seen = 0;
    loop {
        let found = unit.audit_logs().list_all(page).await.unwrap();
        seen += found.items.len();
        match found.next {
            Some(next) => page = page.after(next),
            None => break,
        }
    }
    assert_eq!(seen, 2_000);
}

#[tokio::test]
async fn a_unit_that_failed_has_given_its_connection_back_before_it_is_dropped() {
    let (store, _other, _folder) = store().await;
    add(&store, "taken").await;
    let mut failed = store.begin().await.unwrap();
    failed.workflows().add(workflow("taken")).await.unwrap_err();
    add(&store, "free").await;
    assert!(matches!(failed.commit().await, Err(StoreError::Aborted)));
}

#[tokio::test]
async fn a_panic_in_a_unit_gives_its_connection_back() {
    let (store, _other, _folder) = store().await;
    let of = store.clone();
    let panicked = tokio::spawn(async move {
        let mut unit = of.begin().await.expect("a unit");
        unit.workflows().add(workflow("w")).await.expect("added");
        panic!("application code fails");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    add(&store, "w").await;
}

#[tokio::test]
async fn a_runtime_that_shuts_down_gives_connections_back() {
    let (store, _other, _folder) = store().await;
    let of = store.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
        let runtime = runtime.expect("a runtime");
        let (tell, told) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let mut unit = of.begin().await.expect("a unit");
            unit.workflows().add(workflow("w")).await.expect("added");
            tell.send(()).expect("a thread that listens");
            std::future::pending::<()>().await;
        });
        told.recv().expect("a unit that wrote");
    })
    .join()
    .expect("a thread");
    add(&store, "w").await;
}
