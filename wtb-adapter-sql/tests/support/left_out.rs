//! What a store answers where the database leaves rows out, as a trigger can: nothing that it leaves out is told as done.

use std::sync::Arc;
use wtb_contract::samples;
use wtb_domain::{AuditEntry, CheckpointFile};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreError, StoreResult, UnitOfWorkFactory};

/// Rows whose ids or messages contain this are left out.
pub(crate) const LEFT_OUT: &str = "left-out";

/// One row, a statement of several, and more than go in one statement.
const SIZES: [usize; 3] = [1, 20, 1_200];

fn files(name: &str, count: usize) -> Vec<CheckpointFile> {
    let others = (1..count).map(|number| samples::checkpoint_file(&format!("{name}-{number}"), "c"));
    others.chain([samples::checkpoint_file(&format!("{LEFT_OUT}-{name}"), "c")]).collect()
}

fn entries(count: usize) -> Vec<AuditEntry> {
    let others = (1..count).map(|number| samples::audit_entry(&number.to_string()));
    others.chain([samples::audit_entry(LEFT_OUT)]).collect()
}

/// Panics unless the call failed, with words about the table, and the unit keeps nothing.
async fn assert_refused<T: std::fmt::Debug>(unit: BoxUnitOfWork, answer: StoreResult<T>, rows: &str) {
    match answer {
        Err(StoreError::Backend { source, .. }) => assert!(source.to_string().contains(rows), "{source}"),
        other => panic!("{rows}: {other:?}"),
    }
    assert!(matches!(unit.commit().await, Err(StoreError::Aborted)));
}

/// Inserts through every way there is.
pub(crate) async fn inserts_are_refused(store: Arc<dyn UnitOfWorkFactory>) {
    let mut unit = store.begin().await.expect("a unit");
    let added = unit.checkpoint_files().add(files("single", 1).remove(0)).await;
    assert_refused(unit, added, "0 of 1 rows of checkpoint_files").await;
    for size in SIZES {
        let mut unit = store.begin().await.expect("a unit");
        let added = unit.checkpoint_files().add_all(files("bulk", size)).await;
        assert_refused(unit, added, "rows of checkpoint_files without an error").await;
        let mut unit = store.begin().await.expect("a unit");
        let appended = unit.audit_logs().append_logs(None, entries(size)).await;
        assert_refused(unit, appended, "rows of audit_logs without an error").await;
    }
    let mut unit = store.begin_read().await.expect("a unit");
    let files = unit.checkpoint_files().list_all(PageRequest::default()).await.expect("read");
    assert_eq!(files.items, []);
    let entries = unit.audit_logs().list_all(PageRequest::default()).await.expect("read");
    assert_eq!(entries.items, []);
}

/// Adds a row that is left out of later updates and deletes.
pub(crate) async fn add_one(store: &Arc<dyn UnitOfWorkFactory>) {
    let mut unit = store.begin().await.expect("a unit");
    unit.checkpoint_files().add(files("one", 1).remove(0)).await.expect("added");
    unit.commit().await.expect("committed");
}

/// An update and a delete of that row.
pub(crate) async fn changes_are_refused(store: Arc<dyn UnitOfWorkFactory>) {
    let file = files("one", 1).remove(0);
    let mut unit = store.begin().await.expect("a unit");
    let updated = unit.checkpoint_files().update(CheckpointFile { file_count: 7, ..file.clone() }).await;
    assert_refused(unit, updated, "0 of 1 rows of checkpoint_files").await;
    let mut unit = store.begin().await.expect("a unit");
    let deleted = unit.checkpoint_files().delete(&file.id).await;
    assert_refused(unit, deleted, "0 of 1 rows of checkpoint_files").await;
    let mut unit = store.begin_read().await.expect("a unit");
    assert_eq!(unit.checkpoint_files().get_by_id(&file.id).await.expect("read"), Some(file));
}
