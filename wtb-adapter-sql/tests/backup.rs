//! A backup is a whole store, or it is not there.

#![expect(clippy::expect_used, reason = "this file is tests")]

use rusqlite::Connection;
use std::fs;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use tempfile::TempDir;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_adapter_sql::{BackupError, Examination};
use wtb_domain::{EntityKind, Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::{Page, PageRequest, UnitOfWorkFactory};

fn workflow(number: i64) -> Workflow {
    let name = format!("workflow {number}");
    Workflow::new(WorkflowId::from(number), name, Json::new("{ }"), Timestamp::UNIX_EPOCH)
}

/// A store with three workflows, of which the second was deleted.
async fn store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("wtb.db"));
    let store = sqlite::open(options).await.expect("a new store");
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add_all((1..=3).map(workflow).collect()).await.expect("added");
    unit.workflows().delete(&WorkflowId::from(2)).await.expect("deleted");
    unit.commit().await.expect("committed");
    (store, folder)
}

async fn workflows(store: &SqliteStore, page: PageRequest) -> Page<Workflow> {
    let mut unit = store.begin_read().await.expect("a unit");
    unit.workflows().list_all(page).await.expect("a page")
}

/// What is in the folder besides the store.
fn others(folder: &TempDir) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    names.filter(|name| !name.starts_with("wtb.db")).collect()
}

#[tokio::test]
async fn a_backup_is_a_store_with_the_same_rows_at_the_same_places() {
    let (store, folder) = store().await;
    let file = folder.path().join("backup.db");
    let backup = store.backup(&file).await.expect("a backup");
    assert_eq!(backup.bytes, fs::metadata(&file).expect("a file").len());
    assert_eq!(backup.counts[0], (EntityKind::Workflow, 2));
    assert_eq!(backup.counts.len(), EntityKind::ALL.len());
    assert_eq!(others(&folder), ["backup.db"]);

    let copy = sqlite::open(SqliteOptions::new(&file)).await.expect("a store");
    let first = PageRequest { after: None, limit: 1.try_into().expect("a limit") };
    let page = workflows(&store, first).await;
    assert_eq!(page, workflows(&copy, first).await);
    let rest = first.after(page.next.expect("more"));
    assert_eq!(workflows(&store, rest).await, workflows(&copy, rest).await);
    assert_eq!(copy.diagnose(Examination::Full).await.expect("a diagnosis").problems, []);
}

#[tokio::test]
async fn a_unit_that_writes_meanwhile_goes_on_and_is_left_out() {
    let (store, folder) = store().await;
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(workflow(4)).await.expect("added");
    let backup = store.backup(&folder.path().join("backup.db")).await.expect("a backup");
    unit.commit().await.expect("committed");
    assert_eq!(backup.counts[0], (EntityKind::Workflow, 2));
    assert_eq!(workflows(&store, PageRequest::default()).await.items.len(), 3);
}

#[tokio::test]
async fn what_is_there_already_stays_as_it_is() {
    let (store, folder) = store().await;
    let file = folder.path().join("backup.db");
    fs::write(&file, "mine").expect("a file");
    let refusal = store.backup(&file).await.expect_err("refused");
    assert!(matches!(refusal, BackupError::Exists { .. }), "{refusal:?}");
    assert_eq!(fs::read(&file).expect("a file"), b"mine");
    assert_eq!(others(&folder), ["backup.db"]);
}

#[tokio::test]
async fn the_log_of_a_former_file_is_not_left_to_spoil_the_new_one() {
    for log in ["backup.db-wal", "backup.db-journal"] {
        let (store, folder) = store().await;
        fs::write(folder.path().join(log), "").expect("a file");
        let refusal = store.backup(&folder.path().join("backup.db")).await.expect_err("refused");
        assert!(matches!(refusal, BackupError::StaleLog { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains(log), "{refusal}");
        assert_eq!(others(&folder), [log]);
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_made() {
    let (store, folder) = store().await;
    let refusal = store.backup(&folder.path().join("mounted/backup.db")).await.expect_err("refused");
    assert!(matches!(refusal, BackupError::File { operation: "make", .. }), "{refusal:?}");
    assert_eq!(others(&folder), [""; 0]);
}

#[tokio::test]
async fn a_copy_that_is_damaged_as_its_store_is_not_kept() {
    let (store, folder) = store().await;
    let other = Connection::open(folder.path().join("wtb.db")).expect("the same file");
    let damage = "PRAGMA ignore_check_constraints = ON; UPDATE workflows SET revision = 0";
    other.execute_batch(damage).expect("damage");
    match store.backup(&folder.path().join("backup.db")).await {
        Err(BackupError::Damaged { problems, .. }) => {
            assert!(problems[0].contains("workflows"), "{problems:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(others(&folder), [""; 0]);
}

#[test]
fn a_backup_that_nobody_waits_for_is_given_up() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().max_blocking_threads(1).build().expect("a runtime");
    let (store, folder) = runtime.block_on(store());
    let (release, held) = mpsc::channel::<()>();
    let _entered = runtime.enter();
    // The one thread that may block is busy until the backup was dropped.
    tokio::task::spawn_blocking(move || held.recv());
    {
        let file = folder.path().join("backup.db");
        let mut backup = pin!(store.backup(&file));
        assert!(backup.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    drop(release);
    // Waits for the thread to have done everything.
    let done = tokio::task::spawn_blocking(|| ());
    runtime.block_on(done).expect("done");
    assert_eq!(others(&folder), [""; 0]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_may_be_read_by_those_who_may_read_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let (store, folder) = store().await;
    let mode =
        |name: &str| fs::metadata(folder.path().join(name)).expect("a file").permissions().mode() & 0o777;
    fs::set_permissions(folder.path().join("wtb.db"), fs::Permissions::from_mode(0o640))
        .expect("permissions");
    store.backup(&folder.path().join("backup.db")).await.expect("a backup");
    assert_eq!(mode("backup.db"), 0o640);
}
