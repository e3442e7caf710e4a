//! Failures: a unit is spent after its first error.

use crate::arrange::{stored_executions, two_workflows};
use crate::calls::{Call, call, reads, writes};
use crate::everything::{Everything, assert_works, store_every_kind};
use crate::expect::{assert_refused, assert_spent};
use crate::shared::{Referring, Subject};
use crate::{Backend, samples};
use wtb_domain::{Entity, Execution, Json, NodeBoundary, Revision, Workflow};
use wtb_ports::{BoxUnitOfWork, StoreError};

/// A unit that has written and then failed as expected.
async fn failed_unit(store: &Backend, failing: Call, expected: fn(&StoreError) -> bool) -> BoxUnitOfWork {
    let mut unit = store.begin().await;
    let file = samples::checkpoint_file("before the failure", "commit");
    unit.checkpoint_files().add(file).await.expect("added");
    let error = (failing.on)(&mut unit).await.expect_err(failing.name);
    assert!(expected(&error), "{error:?}");
    unit
}

/// Panics unless, after the failing call, every call and the commit are refused, and nothing is kept.
async fn assert_spends(store: &Backend, failing: Call, expected: fn(&StoreError) -> bool) {
    store_every_kind(store).await;
    let before = Everything::kept_by(store).await;
    let mut unit = failed_unit(store, failing, expected).await;
    for call in [reads(), writes()].concat() {
        let answer = (call.on)(&mut unit).await;
        assert!(matches!(answer, Err(StoreError::Aborted)), "{} answered {answer:?}", call.name);
    }
    assert_spent(unit).await;

    assert_eq!(Everything::kept_by(store).await, before);
    assert_works(store).await;
}

/// An execution whose state is not JSON.
pub async fn an_invalid_value_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.executions().add(
        Execution { state: Json::new("{nope}"), ..Execution::plain("new") }
    ));
    assert_spends(&store, failing, |error| matches!(error, StoreError::InvalidValue { .. })).await;
}

/// The second workflow under one id.
pub async fn a_taken_unique_field_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.workflows().add(Workflow::plain("stored")));
    assert_spends(&store, failing, |error| matches!(error, StoreError::AlreadyExists { .. })).await;
}

/// The last of several is the one that fails.
pub async fn a_failure_of_one_among_many_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.workflows().add_all(["a", "b", "stored"].map(Workflow::plain).to_vec()));
    assert_spends(&store, failing, |error| matches!(error, StoreError::AlreadyExists { .. })).await;
}

/// A boundary of an execution that is not stored.
pub async fn a_missing_reference_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.node_boundaries().add(NodeBoundary::plain("new").orphaned()));
    assert_spends(&store, failing, |error| matches!(error, StoreError::MissingReference { .. })).await;
}

/// A delete of a workflow that has executions.
pub async fn deleting_what_is_referred_to_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.workflows().delete(&two_workflows()[0].id));
    assert_spends(&store, failing, |error| matches!(error, StoreError::StillReferenced { .. })).await;
}

/// Unlike reading or deleting it, which is no failure.
pub async fn updating_what_is_absent_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.workflows().update(Workflow::plain("absent")));
    assert_spends(&store, failing, |error| matches!(error, StoreError::NotFound { .. })).await;
}

/// An update from a revision that is not the stored one.
pub async fn a_stale_update_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.executions().update(
        Execution::plain("stored").at_revision(Revision::FIRST.next())
    ));
    assert_spends(&store, failing, |error| matches!(error, StoreError::Stale { .. })).await;
}

/// An entry of another execution than the one its log is about.
pub async fn a_refused_entry_spends_the_unit(store: Backend) {
    let failing = call!(unit => unit.audit_logs().append_logs(
        Some(&samples::id("one")),
        vec![wtb_domain::AuditEntry { execution_id: Some(samples::id("two")), ..samples::audit_entry("new") }],
    ));
    assert_spends(&store, failing, |error| matches!(error, StoreError::InvalidValue { .. })).await;
}

/// Though it wrote nothing.
pub async fn a_write_in_a_reading_unit_spends_it(store: Backend) {
    store_every_kind(&store).await;
    let mut unit = store.begin_read().await;
    assert_refused!(unit.workflows().add(Workflow::plain("new")).await, StoreError::ReadOnly);
    for call in [reads(), writes()].concat() {
        let answer = (call.on)(&mut unit).await;
        assert!(matches!(answer, Err(StoreError::Aborted)), "{} answered {answer:?}", call.name);
    }
    assert_spent(unit).await;

    assert_works(&store).await;
}

/// It is what the caller of a spent unit should do.
pub async fn a_spent_unit_rolls_back(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let failing = call!(unit => unit.workflows().add(Workflow::plain("stored")));
    let unit = failed_unit(&store, failing, |error| matches!(error, StoreError::AlreadyExists { .. })).await;
    unit.rollback().await.expect("rolled back");

    assert_eq!(Everything::kept_by(&store).await, before);
    assert_works(&store).await;
}

/// Neither what was written before it nor what was attempted after.
pub async fn a_swallowed_error_keeps_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    let mut unit = store.begin().await;
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    assert!(unit.workflows().add(Workflow::plain("added")).await.is_err(), "it was added before");
    for name in ["x", "y", "z"] {
        drop(unit.workflows().add(Workflow::plain(name)).await);
    }
    assert_refused!(unit.commit().await, StoreError::Aborted);

    assert_eq!(Everything::kept_by(&store).await, before);
}

/// A failure belongs to its unit.
pub async fn a_failure_does_not_disturb_a_reading_unit(store: Backend) {
    store_every_kind(&store).await;
    let mut reader = store.begin_read().await;
    let before = Everything::seen_by(&mut reader).await;
    let failing = call!(unit => unit.workflows().add(Workflow::plain("stored")));
    let unit = failed_unit(&store, failing, |error| matches!(error, StoreError::AlreadyExists { .. })).await;
    assert_eq!(Everything::seen_by(&mut reader).await, before);
    drop(unit);
    reader.commit().await.expect("the reader goes on");
}

/// More of them than any store has connections.
pub async fn many_failures_use_nothing_up(store: Backend) {
    stored_executions(&store).await;
    for number in 0..30 {
        let mut unit = store.begin().await;
        assert!(unit.workflows().delete(&two_workflows()[0].id).await.is_err(), "it has executions");
        match number % 3 {
            0 => drop(unit),
            1 => unit.rollback().await.expect("rolled back"),
            _ => assert_spent(unit).await,
        }
    }

    assert_works(&store).await;
}
