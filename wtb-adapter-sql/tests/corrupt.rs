//! Rows that are no entities: the answer names the row and the column.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

use rusqlite::Connection;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, SqliteStore};
use wtb_domain::{
    AuditEntry, EntityKind, EventType, Execution, ExecutionId, Json, Severity, Timestamp, Workflow,
    WorkflowId,
};
use wtb_ports::{PageRequest, StoreError, UnitOfWorkFactory};

fn id() -> ExecutionId {
    ExecutionId::new("e").expect("an id")
}

/// A store with one execution and one audit entry, and `damage` done to it behind its back.
async fn damaged(damage: &str) -> (SqliteStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("wtb.db");
    let store = sqlite::open(SqliteOptions::new(&path)).await.expect("a new store");
    let mut unit = store.begin().await.expect("a unit");
    let now = Timestamp::UNIX_EPOCH;
    let workflow = WorkflowId::new("w").expect("an id");
    let entry = AuditEntry::new(now, EventType::NODE_STARTED, Severity::Info, "begun");
    unit.workflows().add(Workflow::new(workflow.clone(), "w", Json::new("{}"), now)).await.expect("added");
    unit.executions().add(Execution::new(id(), workflow, now)).await.expect("added");
    unit.audit_logs().append_logs(None, vec![entry]).await.expect("appended");
    unit.commit().await.expect("committed");
    let other = Connection::open(&path).expect("the same file");
    other.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").expect("no rules");
    other.execute_batch(damage).expect(damage);
    (store, folder)
}

async fn told_about_the_execution(damage: &str) -> (EntityKind, String, &'static str, String) {
    let (store, _folder) = damaged(damage).await;
    let mut unit = store.begin_read().await.expect("a unit");
    match unit.executions().list_all(PageRequest::default()).await {
        Err(StoreError::Corrupt { entity, key, column, source }) => (entity, key, column, source.to_string()),
        other => panic!("{damage}: {other:?}"),
    }
}

#[tokio::test]
async fn a_column_that_holds_something_else_is_named_with_its_row() {
    for (damage, column, reason) in [
        (
            "status = 'asleep'",
            "status",
            "\"asleep\" is none of pending, running, paused, completed, failed, cancelled",
        ),
        ("revision = 0", "revision", "a revision is at least 1"),
        (
            "created_at = 9223372036854775807",
            "created_at",
            "9223372036854775807 microseconds since 1970 are outside the years 1 to 9999",
        ),
        ("session_id = ''", "session_id", "an id cannot be empty"),
        (
            "execution_path = '[1]'",
            "execution_path",
            "invalid type: integer `1`, expected a string at line 1 column 2",
        ),
    ] {
        let told = told_about_the_execution(&format!("UPDATE executions SET {damage}")).await;
        assert_eq!(told, (EntityKind::Execution, "e".to_owned(), column, reason.to_owned()));
    }
}

#[tokio::test]
async fn a_row_whose_id_cannot_be_read_is_named_by_its_place() {
    let (_, key, column, _) =
        told_about_the_execution("UPDATE executions SET id = CAST(x'ff' AS TEXT)").await;
    assert_eq!((key.as_str(), column), ("at place 1", "id"));
}

#[tokio::test]
async fn an_audit_entry_is_named_by_its_place() {
    let (store, _folder) = damaged("UPDATE audit_logs SET severity = 'loud'").await;
    let mut unit = store.begin_read().await.unwrap();
    let error = unit.audit_logs().list_all(PageRequest::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "stored audit entry at place 1 has a corrupt severity");
}

#[tokio::test]
async fn a_unit_that_met_a_corrupt_row_is_spent() {
    let (store, _folder) = damaged("UPDATE executions SET status = 'asleep'").await;
    let mut unit = store.begin().await.unwrap();
    let error = unit.executions().get_by_id(&id()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(matches!(unit.commit().await, Err(StoreError::Aborted)));
}
