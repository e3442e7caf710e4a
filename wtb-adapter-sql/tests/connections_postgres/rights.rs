//! Roles that lack a right to write: reading goes on, and each write says which right it is.

use super::*;
use wtb_domain::{AuditEntry, EventType, Severity};
use wtb_ports::PageRequest;

/// Why a write was refused, which the same unit would be again.
#[track_caller]
fn lacking<T>(answer: StoreResult<T>) -> String {
    match answer.map(drop) {
        Err(error @ StoreError::NotWritable { .. }) => {
            assert_eq!(error.retry(), Retry::Never);
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_role_that_may_only_read_is_told_which_right_it_lacks_to_write() {
    let (database, mut observer) = place().await;
    add(&open(options(database.url())).await, "loans").await;
    let (role, url) = ordinary_role(&database, &mut observer).await;
    let revoke = format!("REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM \"{role}\"");
    observer.execute(&revoke).await;
    let store = open(options(&url)).await;
    assert!(is_stored(&store, "loans").await);

    let unit = async || begun(|| store.begin()).await;
    let entry = AuditEntry::new(Timestamp::UNIX_EPOCH, EventType::NODE_STARTED, Severity::Info, "started");
    let mut refused = vec![
        lacking(unit().await.workflows().add(workflow("new")).await),
        lacking(
            unit().await.workflows().add_all((0..2_000).map(|n| workflow(&n.to_string())).collect()).await,
        ),
        lacking(unit().await.workflows().update(workflow("loans")).await),
        lacking(unit().await.workflows().delete(&WorkflowId::new("loans").unwrap()).await),
        lacking(unit().await.audit_logs().append_logs(None, vec![entry]).await),
        lacking(store.mark_unfinished(true).await),
    ];
    let mut unit = unit().await;
    unit.identify().await.expect("an id");
    refused.push(lacking(unit.commit().await));
    drop(store);
    drop_role(&role, &mut observer).await;
    let sentence = |table: &str, operation: &str| {
        format!(
            "the store cannot be written: permission denied for table {table} ({operation}); connect as a role that has \
             the right, or grant it"
        )
    };
    assert_eq!(
        refused,
        [
            sentence("workflows", "add to workflows"),
            sentence("workflows", "add to workflows"),
            sentence("workflows", "update workflows"),
            sentence("workflows", "delete from workflows"),
            sentence("audit_logs", "append to audit_logs"),
            sentence("kept_units", "mark the store as being filled"),
            sentence("kept_units", "commit"),
        ]
    );
}

#[tokio::test]
async fn a_unit_that_cannot_be_noted_is_rolled_back() {
    let (database, mut observer) = place().await;
    let (role, url) = ordinary_role(&database, &mut observer).await;
    observer.execute(&format!("REVOKE INSERT ON kept_units FROM \"{role}\"")).await;
    let store = open(options(&url)).await;
    let mut unit = unit_that_wrote(&store, "loans").await;
    unit.identify().await.expect("an id");
    let refused = lacking(unit.commit().await);
    let is_kept = is_stored(&store, "loans").await;
    drop(store);
    drop_role(&role, &mut observer).await;
    assert!(refused.contains("permission denied for table kept_units (commit)"), "{refused}");
    assert!(!is_kept);
}

#[tokio::test]
async fn a_table_that_may_not_be_read_is_no_fault_of_writing() {
    let (database, mut observer) = place().await;
    let (role, url) = ordinary_role(&database, &mut observer).await;
    observer.execute(&format!("REVOKE SELECT ON workflows FROM \"{role}\"")).await;
    let store = open(options(&url)).await;
    let mut unit = begun(|| store.begin_read()).await;
    let listed = unit.workflows().list_all(PageRequest::default()).await;
    drop((unit, store));
    drop_role(&role, &mut observer).await;
    assert!(matches!(listed, Err(StoreError::Backend { .. })), "{listed:?}");
}
