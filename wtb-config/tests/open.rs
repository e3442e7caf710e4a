//! What opening a store answers.

#![expect(clippy::unwrap_used, reason = "a store that cannot be arranged is a failed test")]

use std::num::NonZeroU8;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wtb_config::{
    BackupError, Examination, Fact, Migrate, Preset, Settings, Store, UuidIds, migrate, migrations, open,
};
use wtb_domain::{EntityKind, Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{IdGenerator, StoreError};

fn settings_for(folder: &TempDir) -> Settings {
    let url = format!("sqlite:///{}", folder.path().join("new/folder/wtb.db").display());
    Settings::loader(Preset::Development).alone().store(url, "--store").load().unwrap()
}

async fn add_a_workflow(store: &Store) {
    let id = WorkflowId::from_uuid(UuidIds.next_uuid());
    let workflow = &Workflow::new(id, "loans", Json::empty_object(), Timestamp::UNIX_EPOCH);
    let added = store.run(|unit| Box::pin(async move { unit.workflows().add(workflow.clone()).await }));
    let stored = added.await.unwrap();
    let mut unit = store.begin_read().await.unwrap();
    assert_eq!(unit.workflows().get_by_id(&stored.id).await.unwrap(), Some(stored));
}

fn count(counts: &[(EntityKind, u64)], kind: EntityKind) -> Option<u64> {
    counts.iter().find(|(counted, _)| *counted == kind).map(|(_, count)| *count)
}

#[tokio::test]
async fn a_store_in_memory_has_counts_but_no_schema() {
    let settings = Settings::for_testing();
    let store = open(&settings).await.unwrap();
    assert_eq!(store.description(), "memory");
    assert_eq!(format!("{store:?}"), r#"Store("memory")"#);
    add_a_workflow(&store).await;
    let diagnosis = store.diagnose(Examination::Full).await.unwrap();
    assert_eq!(count(&diagnosis.counts, EntityKind::Workflow), Some(1));
    assert_eq!(diagnosis.counts.len(), EntityKind::ALL.len());
    assert_eq!((diagnosis.schema_version, diagnosis.problems), (None, vec![]));
    assert_eq!(migrations(&settings).await.unwrap().applied, [""; 0]);
}

#[tokio::test]
async fn a_store_in_sqlite_is_made_with_its_folders_and_kept() {
    let folder = TempDir::new().unwrap();
    let settings = settings_for(&folder);
    let store = open(&settings).await.unwrap();
    let path = folder.path().join("new/folder/wtb.db");
    assert_eq!(store.description(), format!("SQLite {}", path.display()));
    add_a_workflow(&store).await;
    drop(store);

    let store = open(&settings).await.unwrap();
    let diagnosis = store.diagnose(Examination::Full).await.unwrap();
    assert_eq!(count(&diagnosis.counts, EntityKind::Workflow), Some(1));
    assert_eq!(diagnosis.problems, []);
    let steps = migrations(&settings).await.unwrap().applied.len();
    assert_eq!(diagnosis.schema_version, i64::try_from(steps).ok());
}

#[tokio::test]
async fn settings_reach_the_database() {
    let folder = TempDir::new().unwrap();
    for (synchronous, pragma) in [("full", "FULL"), ("normal", "NORMAL")] {
        let url = format!("sqlite:///{}", folder.path().join("wtb.db").display());
        let loader = Settings::loader(Preset::Development).alone().store(url, "--store");
        let settings = loader.set("storage.synchronous", synchronous, "test").load().unwrap();
        let diagnosis = open(&settings).await.unwrap().diagnose(Examination::Full).await.unwrap();
        let (_, shown) = diagnosis.facts.iter().find(|(name, _)| *name == "synchronous").unwrap();
        assert!(matches!(shown, Fact::Text(text) if text.starts_with(pragma)), "{shown:?}");
    }
}

#[tokio::test]
async fn a_schema_that_is_only_verified_must_be_brought_up_to_date_first() {
    let folder = TempDir::new().unwrap();
    let mut settings = settings_for(&folder);
    settings.storage.migrate = Migrate::Verify;
    assert!(open(&settings).await.is_err());
    migrate(&settings).await.unwrap();
    assert!(migrations(&settings).await.unwrap().pending.is_empty());
    add_a_workflow(&open(&settings).await.unwrap()).await;
}

#[tokio::test]
async fn the_time_to_wait_is_the_one_that_was_set() {
    let folder = TempDir::new().unwrap();
    let mut settings = settings_for(&folder);
    settings.storage.wait_ms = 20;
    let store = open(&settings).await.unwrap();
    let _writer = store.begin().await.unwrap();
    let start = Instant::now();
    assert!(matches!(store.begin().await, Err(StoreError::Unavailable { .. })));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn as_many_units_read_at_once_as_were_set() {
    let folder = TempDir::new().unwrap();
    let mut settings = settings_for(&folder);
    settings.storage.max_readers = NonZeroU8::MIN.saturating_add(1);
    settings.storage.wait_ms = 20;
    let store = open(&settings).await.unwrap();
    let _readers = (store.begin_read().await.unwrap(), store.begin_read().await.unwrap());
    assert!(matches!(store.begin_read().await, Err(StoreError::Unavailable { .. })));
}

#[tokio::test]
async fn a_backup_of_a_store_in_sqlite_opens_as_a_store() {
    let folder = TempDir::new().unwrap();
    let store = open(&settings_for(&folder)).await.unwrap();
    add_a_workflow(&store).await;
    let file = folder.path().join("backup.db");
    let backup = store.backup(&file).await.unwrap();
    assert_eq!(count(&backup.counts, EntityKind::Workflow), Some(1));

    let url = format!("sqlite:///{}", file.display());
    let settings = Settings::loader(Preset::Development).alone().store(url, "--store").load().unwrap();
    let diagnosis = open(&settings).await.unwrap().diagnose(Examination::Full).await.unwrap();
    assert_eq!(diagnosis.counts, backup.counts);
}

#[tokio::test]
async fn a_store_in_memory_says_why_it_has_no_backup() {
    let folder = TempDir::new().unwrap();
    let store = open(&Settings::for_testing()).await.unwrap();
    let refusal = store.backup(folder.path().join("backup.db")).await.unwrap_err();
    assert!(matches!(refusal, BackupError::Unsupported { .. }), "{refusal:?}");
    assert_eq!(refusal.to_string(), "a store in memory has no backup: it ends with the program that made it");
}
