//! The audit log: appended to, never changed, read whole or by execution.

mod settled;

pub use settled::*;

use crate::arrange::{delete, stored_executions};
use crate::expect::{assert_refused, assert_spent, whole};
use crate::{Backend, samples};
use wtb_domain::{AuditEntry, EntityKind, ExecutionId, Json};
use wtb_ports::{PageRequest, StoreError};

async fn append(store: &Backend, execution: Option<&ExecutionId>, entries: &[AuditEntry]) {
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(execution, entries.to_vec()).await.expect("appended");
    unit.commit().await.expect("committed");
}

async fn log(store: &Backend) -> Vec<AuditEntry> {
    whole(store.begin_read().await.audit_logs().list_all(PageRequest::default()).await)
}

async fn log_of(store: &Backend, execution: &ExecutionId) -> Vec<AuditEntry> {
    whole(store.begin_read().await.audit_logs().get_by_execution(execution, PageRequest::default()).await)
}

fn about(execution: &ExecutionId, message: &str) -> AuditEntry {
    AuditEntry { execution_id: Some(execution.clone()), ..samples::audit_entry(message) }
}

/// Equal in every field, with all of them filled and with as few as possible.
pub async fn appended_entries_are_listed_unchanged(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let entries = [samples::full_audit_entry("failed", &run), samples::audit_entry("started")];
    append(&store, None, &entries).await;

    assert_eq!(log(&store).await, entries);
}

/// Not by their times, which are whatever the caller says.
pub async fn entries_are_in_the_order_they_were_appended(store: Backend) {
    let [first, second, third] = [(30, "c"), (10, "a"), (20, "b")].map(|(micros, message)| AuditEntry {
        timestamp: samples::time(micros),
        ..samples::audit_entry(message)
    });
    append(&store, None, &[first.clone(), second.clone()]).await;
    append(&store, None, std::slice::from_ref(&third)).await;

    assert_eq!(log(&store).await, [first, second, third]);
}

/// An entry has no identity but its place.
pub async fn the_same_entry_appended_twice_is_there_twice(store: Backend) {
    let entry = samples::audit_entry("retried");
    let twice = [entry.clone(), entry];
    append(&store, None, &twice).await;

    assert_eq!(log(&store).await, twice);
}

/// And the unit goes on.
pub async fn appending_nothing_changes_nothing(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let before = [about(&run.id, "started")];
    append(&store, None, &before).await;
    append(&store, Some(&run.id), &[]).await;
    append(&store, None, &[]).await;

    assert_eq!(log(&store).await, before);
}

/// Lists of an empty store.
pub async fn the_log_of_an_empty_store_is_empty(store: Backend) {
    assert_eq!(log(&store).await, []);
}

/// One already about it stays as it is.
pub async fn entries_about_no_execution_are_given_that_of_the_log(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let given = [samples::audit_entry("started"), samples::full_audit_entry("failed", &run)];
    append(&store, Some(&run.id), &given).await;

    let kept = [about(&run.id, "started"), samples::full_audit_entry("failed", &run)];
    assert_eq!(log(&store).await, kept);
    assert_eq!(log_of(&store, &run.id).await, kept);
}

/// Without an execution for the log, some entries may be about one and some about none.
pub async fn entries_of_a_log_about_nothing_keep_what_they_are_about(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let entries =
        [samples::audit_entry("cleaned up"), about(&run.id, "started"), about(&other.id, "started")];
    append(&store, None, &entries).await;

    assert_eq!(log(&store).await, entries);
}

/// Neither it nor those before it are kept.
pub async fn an_entry_about_another_execution_is_refused_with_all_others(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let entries = vec![samples::audit_entry("started"), about(&other.id, "astray")];
    let mut unit = store.begin().await;
    assert_refused!(
        unit.audit_logs().append_logs(Some(&run.id), entries).await,
        StoreError::InvalidValue { entity: EntityKind::AuditEntry, field: "execution_id", .. },
    );
    assert_spent(unit).await;

    assert_eq!(log(&store).await, []);
}

/// Neither it nor those before it are kept.
pub async fn an_entry_that_cannot_be_kept_is_refused_with_all_others(store: Backend) {
    let spoilt = AuditEntry { details: Json::new("{nope}"), ..samples::audit_entry("spoilt") };
    let mut unit = store.begin().await;
    assert_refused!(
        unit.audit_logs().append_logs(None, vec![samples::audit_entry("started"), spoilt]).await,
        StoreError::InvalidValue { entity: EntityKind::AuditEntry, field: "details", .. },
    );
    assert_spent(unit).await;

    assert_eq!(log(&store).await, []);
}

/// The log tells what happened, also to what was never stored here.
pub async fn entries_about_executions_that_are_not_stored_are_kept(store: Backend) {
    let absent: ExecutionId = samples::id("execution-absent");
    append(&store, Some(&absent), &[samples::audit_entry("started")]).await;
    append(&store, None, &[about(&absent, "failed")]).await;

    assert_eq!(log_of(&store, &absent).await, [about(&absent, "started"), about(&absent, "failed")]);
}

/// The log holds no execution, and forgets none.
pub async fn entries_outlive_their_execution(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let entries = [about(&run.id, "started")];
    append(&store, None, &entries).await;
    delete(&store, &run).await;

    assert_eq!(log_of(&store, &run.id).await, entries);
}

/// In the order they were appended; entries about no execution are in no execution's log.
pub async fn get_by_execution_answers_only_entries_about_it(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let (first, second) = (about(&run.id, "started"), about(&run.id, "failed"));
    let decoy = about(&other.id, "started");
    append(&store, None, &[first.clone(), decoy.clone(), samples::audit_entry("cleaned up")]).await;
    append(&store, Some(&run.id), std::slice::from_ref(&second)).await;

    assert_eq!(log_of(&store, &run.id).await, [first, second]);
    assert_eq!(log_of(&store, &other.id).await, [decoy]);
}

/// Whether the execution is stored or not.
pub async fn get_by_execution_without_entries_is_empty(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    append(&store, None, &[about(&run.id, "started"), samples::audit_entry("cleaned up")]).await;

    assert_eq!(log_of(&store, &other.id).await, []);
    assert_eq!(log_of(&store, &samples::id("execution-absent")).await, []);
}
