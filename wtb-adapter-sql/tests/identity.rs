//! A SQLite store whose files are deleted, moved or replaced while it is open.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "this file is tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore, Synchronous};
use wtb_adapter_sql::{BackupError, Examination};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOfWorkFactory};

/// What happens to the files of a store.
type Loss = fn(&Path);

const LOSSES: [(Loss, &str); 5] = [
    (
        |file| FILES.iter().for_each(|suffix| fs::remove_file(beside(file, suffix)).unwrap()),
        "was deleted or moved",
    ),
    (|file| fs::rename(file, beside(file, ".old")).unwrap(), "was deleted or moved"),
    (
        |file| {
            fs::copy(file, beside(file, ".new")).unwrap();
            fs::rename(beside(file, ".new"), file).unwrap();
        },
        "was replaced by another file",
    ),
    (
        |file| FILES[1..].iter().for_each(|suffix| fs::remove_file(beside(file, suffix)).unwrap()),
        "-wal, was deleted",
    ),
    (
        |file| fs::rename(file.parent().unwrap(), file.parent().unwrap().with_extension("old")).unwrap(),
        "deleted or moved",
    ),
];

const FILES: [&str; 3] = ["", "-wal", "-shm"];

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

async fn store(synchronous: Synchronous) -> (SqliteStore, PathBuf, TempDir) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/wtb.db");
    let store = sqlite::open(SqliteOptions::new(&file).synchronous(synchronous)).await.unwrap();
    (store, file, folder)
}

async fn add(store: &SqliteStore, id: &str) -> StoreResult<UnitId> {
    let mut unit = store.begin().await?;
    let noted = unit.identify().await?;
    let workflow = Workflow::new(WorkflowId::new(id).unwrap(), id, Json::new("{}"), Timestamp::UNIX_EPOCH);
    unit.workflows().add(workflow).await?;
    unit.commit().await?;
    Ok(noted)
}

/// Units are begun on a check that was made a moment ago.
async fn until_noticed(store: &SqliteStore) -> StoreError {
    let begin = std::time::Instant::now();
    loop {
        match store.begin_read().await {
            Err(error) => return error,
            Ok(_) if begin.elapsed() > Duration::from_millis(50) => panic!("units still read"),
            Ok(_) => {}
        }
    }
}

fn reason(error: StoreError) -> String {
    match error {
        StoreError::StoreReplaced { reason } => reason.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_or_read_once_a_file_is_gone() {
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        for (lose, what) in LOSSES {
            let (store, file, _folder) = store(synchronous).await;
            let kept = add(&store, "before").await.unwrap();
            lose(&file);
            let read = reason(until_noticed(&store).await);
            assert!(read.contains(what) && read.contains(file.to_str().unwrap()), "{read}");
            assert_eq!(reason(add(&store, "after").await.unwrap_err()), read);
            assert_eq!(reason(store.outcome_of(&kept).await.unwrap_err()), read);
            assert_eq!(reason(store.diagnose(Examination::Quick).await.unwrap_err()), read);
            assert_eq!(reason(store.take_turn(Duration::ZERO).await.unwrap_err()), read);
            let copy = file.parent().unwrap().with_extension("copy");
            match store.backup(&copy).await.unwrap_err() {
                BackupError::Store(error) => assert_eq!(reason(error), read),
                other => panic!("{other:?}"),
            }
            assert!(!copy.exists());
        }
    }
}

#[tokio::test]
async fn a_unit_that_was_open_as_the_file_was_replaced_is_not_acknowledged() {
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        for (lose, what) in LOSSES {
            let (store, file, _folder) = store(synchronous).await;
            let mut unit = store.begin().await.unwrap();
            let id = WorkflowId::new("w").unwrap();
            unit.workflows()
                .add(Workflow::new(id, "w", Json::new("{}"), Timestamp::UNIX_EPOCH))
                .await
                .unwrap();
            lose(&file);
            match unit.commit().await {
                Err(StoreError::OutcomeUnknown { source }) => {
                    assert!(source.to_string().contains(what), "{source}");
                }
                other => panic!("{other:?}"),
            }
            reason(store.begin().await.err().expect("the file is gone"));
        }
    }
}

#[tokio::test]
async fn an_outcome_is_not_told_from_a_file_that_is_gone() {
    let (store, file, _folder) = store(Synchronous::Full).await;
    let kept = add(&store, "before").await.unwrap();
    let other = store.begin_read().await.unwrap();
    drop(other);
    LOSSES[0].0(&file);
    reason(store.outcome_of(&kept).await.unwrap_err());
}

#[tokio::test]
async fn a_file_that_comes_back_stays_lost_until_the_store_is_opened_again() {
    let (store, file, _folder) = store(Synchronous::Full).await;
    add(&store, "before").await.unwrap();
    let away = beside(&file, ".away");
    fs::rename(&file, &away).unwrap();
    let lost = reason(until_noticed(&store).await);
    fs::rename(&away, &file).unwrap();
    assert_eq!(reason(add(&store, "after").await.unwrap_err()), lost);
    drop(store);
    let again = sqlite::open(SqliteOptions::new(&file)).await.unwrap();
    add(&again, "after").await.unwrap();
}

#[tokio::test]
async fn a_store_behind_a_link_goes_on_until_the_link_names_another_file() {
    let folder = TempDir::new().unwrap();
    let [one, other, link] = ["one.db", "other.db", "wtb.db"].map(|name| folder.path().join(name));
    drop(sqlite::open(SqliteOptions::new(&other)).await.unwrap());
    std::os::unix::fs::symlink(&one, &link).unwrap();
    let store = sqlite::open(SqliteOptions::new(&link)).await.unwrap();
    add(&store, "before").await.unwrap();
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    let lost = reason(until_noticed(&store).await);
    assert!(lost.contains("replaced by another file"), "{lost}");
}

#[tokio::test]
async fn a_store_that_lost_its_file_leaves_the_log_of_its_successor_alone() {
    let (store, file, _folder) = store(Synchronous::Full).await;
    add(&store, "before").await.unwrap();
    LOSSES[2].0(&file);
    FILES[1..].iter().for_each(|suffix| fs::remove_file(beside(&file, suffix)).unwrap());
    let successor = sqlite::open(SqliteOptions::new(&file)).await.unwrap();
    add(&successor, "one").await.unwrap();
    drop(store);
    add(&successor, "two").await.unwrap();
    assert!(successor.begin_read().await.is_ok());
}
