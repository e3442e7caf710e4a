//! Triggers that leave rows out, on SQLite.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod support {
    pub(crate) mod left_out;
}

use rusqlite::Connection;
use std::sync::Arc;
use support::left_out::{LEFT_OUT, add_one, changes_are_refused, inserts_are_refused};
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_contract::samples;
use wtb_ports::{StoreError, UnitOfWorkFactory};

async fn store() -> (Arc<dyn UnitOfWorkFactory>, Connection, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wtb.db");
    let store = sqlite::open(SqliteOptions::new(&path)).await.expect("a new store");
    let other = Connection::open(&path).expect("the same file");
    (Arc::new(store), other, folder)
}

fn leave_out(other: &Connection, event: &str, table: &str, condition: &str) {
    let sql = format!(
        "CREATE TRIGGER leave_out_{event}_{table} BEFORE {event} ON {table} WHEN {condition}
         BEGIN SELECT RAISE(IGNORE); END"
    );
    other.execute_batch(&sql).expect("a trigger");
}

#[tokio::test]
async fn rows_that_a_trigger_leaves_out_are_not_told_as_stored() {
    let (store, other, _folder) = store().await;
    leave_out(&other, "INSERT", "checkpoint_files", &format!("new.id LIKE '%{LEFT_OUT}%'"));
    leave_out(&other, "INSERT", "audit_logs", &format!("new.message LIKE '%{LEFT_OUT}%'"));
    inserts_are_refused(store).await;
}

#[tokio::test]
async fn an_update_or_delete_that_a_trigger_leaves_out_is_not_told_as_done() {
    let (store, other, _folder) = store().await;
    add_one(&store).await;
    leave_out(&other, "UPDATE", "checkpoint_files", "true");
    leave_out(&other, "DELETE", "checkpoint_files", "true");
    changes_are_refused(store).await;
}

#[tokio::test]
async fn a_unit_whose_row_of_the_commit_log_is_left_out_is_not_committed() {
    let (store, other, _folder) = store().await;
    leave_out(&other, "INSERT", "kept_units", "true");
    let mut unit = store.begin().await.expect("a unit");
    unit.workflows().add(samples::workflow("loans")).await.expect("added");
    assert!(matches!(unit.identify().await, Err(StoreError::Backend { .. })));
    assert!(matches!(unit.commit().await, Err(StoreError::Aborted)));
}
