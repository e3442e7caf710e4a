//! The write-ahead log stays bounded, and shrinks again after a reader that kept it.

#![expect(clippy::expect_used, reason = "this file is tests")]

use std::path::PathBuf;
use std::time::Duration;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore, Synchronous};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::UnitOfWorkFactory;

const MIB: u64 = 1024 * 1024;

struct Log {
    folder: tempfile::TempDir,
}

impl Log {
    fn path(&self) -> PathBuf {
        self.folder.path().join("wtb.db-wal")
    }

    fn bytes(&self) -> u64 {
        std::fs::metadata(self.path()).expect("a log").len()
    }
}

async fn store() -> (SqliteStore, Log) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("wtb.db")).synchronous(Synchronous::Normal);
    let store = sqlite::open(options).await.expect("a new store");
    (store, Log { folder })
}

/// Adds a workflow of `bytes` in a unit of its own.
async fn add(store: &SqliteStore, number: u64, bytes: u64) {
    let text = format!("\"{}\"", "x".repeat(usize::try_from(bytes).expect("a size")));
    let id = WorkflowId::from(i64::try_from(number).expect("a number"));
    let workflow = Workflow::new(id, number.to_string(), Json::new(text), Timestamp::UNIX_EPOCH);
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow).await.expect("added");
    unit.commit().await.expect("committed");
}

#[tokio::test]
async fn many_commits_reuse_a_log_of_a_few_megabytes() {
    let (store, log) = store().await;
    for number in 0..600 {
        add(&store, number, 64 * 1024).await;
        assert!(log.bytes() < 6 * MIB, "{} after {number}", log.bytes());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_overlap_do_not_keep_the_log_for_ever() {
    let (store, log) = store().await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        readers.spawn(async move {
            loop {
                let _snapshot = store.begin_read().await.expect("a reader");
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        });
    }
    for number in 0..150 {
        add(&store, number, MIB).await;
        assert!(log.bytes() < 80 * MIB, "{} MiB after {number}", log.bytes() / MIB);
    }
    readers.shutdown().await;
}

#[tokio::test]
async fn a_long_log_shrinks_after_the_reader_that_kept_it() {
    let (store, log) = store().await;
    let reader = store.begin_read().await.expect("a reader");
    for number in 0..70 {
        add(&store, number, MIB).await;
    }
    assert!(log.bytes() > 64 * MIB, "the reader needs all of it");
    drop(reader);
    for number in 70..76 {
        add(&store, number, MIB).await;
    }
    // The next unit gets the write connection after the checkpoint.
    store.begin().await.expect("a unit").commit().await.expect("committed");
    assert!(log.bytes() < 16 * MIB, "{} MiB", log.bytes() / MIB);
}

#[tokio::test]
async fn closing_leaves_nothing_but_the_database() {
    let (store, log) = store().await;
    add(&store, 1, 1).await;
    drop(store);
    assert!(!log.path().exists());
}
