//! What became of a unit, asked of a SQLite file: later, elsewhere, and while others write.

#![expect(clippy::expect_used, reason = "this file is tests")]

use std::path::Path;
use std::time::Duration;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{StoreError, UnitId, UnitOfWorkFactory, UnitOutcome};

/// As another process would open it.
async fn open(path: &Path) -> SqliteStore {
    let options = SqliteOptions::new(path).wait(Duration::from_millis(300));
    sqlite::open(options).await.expect("a store")
}

/// A unit that has written, and is committed or dropped.
async fn ended(store: &SqliteStore, name: &str, commits: bool) -> UnitId {
    let id = WorkflowId::new(name).expect("an id");
    let workflow = Workflow::new(id, name, Json::new("{}"), Timestamp::UNIX_EPOCH);
    let mut unit = store.begin().await.expect("a unit");
    let id = unit.identify().await.expect("identified");
    unit.workflows().add(workflow).await.expect("added");
    if commits {
        unit.commit().await.expect("committed");
    }
    id
}

async fn outcome(store: &SqliteStore, id: &UnitId) -> UnitOutcome {
    store.outcome_of(id).await.expect("an outcome")
}

#[tokio::test]
async fn outcomes_are_told_by_whoever_opens_the_file_later() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wtb.db");
    let store = open(&path).await;
    let [kept, not_kept] = [ended(&store, "kept", true).await, ended(&store, "not kept", false).await];
    drop(store);

    let later = open(&path).await;
    assert_eq!(outcome(&later, &not_kept).await, UnitOutcome::NotKept);
    assert_eq!(outcome(&later, &kept).await, UnitOutcome::Kept);
    let next = ended(&later, "next", true).await;
    for store in [&later, &open(&path).await] {
        assert_eq!(outcome(store, &kept).await, UnitOutcome::Kept);
        assert_eq!(outcome(store, &not_kept).await, UnitOutcome::NotKept);
        assert_eq!(outcome(store, &next).await, UnitOutcome::Kept);
    }
}

#[tokio::test]
async fn a_unit_that_is_open_elsewhere_has_no_outcome_until_it_ends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wtb.db");
    let (here, there) = (open(&path).await, open(&path).await);
    let mut unit = here.begin().await.expect("a unit");
    let id = unit.identify().await.expect("identified");
    let answer = there.outcome_of(&id).await;
    assert!(matches!(answer, Err(StoreError::Unavailable { .. })), "{answer:?}");
    unit.commit().await.expect("committed");
    assert_eq!(outcome(&there, &id).await, UnitOutcome::Kept);
}

#[tokio::test]
async fn a_copy_knows_the_units_that_it_has_and_has_forgotten_those_of_other_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(&folder.path().join("wtb.db")).await;
    let before = ended(&store, "before", true).await;
    store.backup(&folder.path().join("copy.db")).await.expect("a backup");
    let [next, after] = [ended(&store, "next", true).await, ended(&store, "after", true).await];

    let copy = open(&folder.path().join("copy.db")).await;
    assert_eq!(outcome(&copy, &before).await, UnitOutcome::Kept);
    assert_eq!(outcome(&copy, &after).await, UnitOutcome::Forgotten);
    assert_eq!(outcome(&copy, &next).await, UnitOutcome::NotKept);
    let other = open(&folder.path().join("other.db")).await;
    ended(&other, "before", true).await;
    assert_eq!(outcome(&other, &before).await, UnitOutcome::Forgotten);
}
