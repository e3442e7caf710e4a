//! Bulk writes: one atomic step of any size, order kept.

use crate::arrange::{add, list, stored_executions, stored_workflows};
use crate::everything::{all, assert_works, for_each_kind};
use crate::expect::{assert_refused, assert_spent};
use crate::shared::{Referring, Subject, Unique};
use crate::stored::Stored;
use crate::walk::walk;
use crate::{Backend, samples};
use wtb_domain::{AuditEntry, Execution, Json, NodeBoundary, Workflow};
use wtb_ports::{PageRequest, StoreError};

/// Plain examples with falling numbers, so that insertion order is not that of the ids.
fn many<E: Subject>(count: usize) -> Vec<E> {
    (0..count).rev().map(|number| E::plain(&format!("{number:05}"))).collect()
}

/// Around the sizes at which stores cut bulk writes into pieces.
async fn is_added_in_order<E: Subject>(store: &Backend, count: usize) {
    let before: Vec<E> = all(&mut store.begin_read().await).await;
    let entities = many::<E>(count);
    let mut unit = store.begin().await;
    let added = E::add_all(&mut unit, entities.clone()).await.expect("added");
    assert!(added == entities, "{count} are answered as they were given");
    unit.commit().await.expect("committed");

    let kept: Vec<E> = all(&mut store.begin_read().await).await;
    assert!(kept == [before, entities.clone()].concat(), "{count} are kept in the order given");
    let mut unit = store.begin().await;
    for entity in entities {
        assert!(E::delete(&mut unit, entity.id()).await.expect("deleted"));
    }
    unit.commit().await.expect("committed");
}

/// Of every kind.
pub async fn any_number_of_entities_is_added_in_order(store: Backend) {
    stored_executions(&store).await;
    for count in [1, 2, 99, 100, 101] {
        for_each_kind!(is_added_in_order(&store, count));
    }
}

/// Of every kind.
pub async fn thousands_of_entities_are_added_in_order(store: Backend) {
    stored_executions(&store).await;
    for_each_kind!(is_added_in_order(&store, 2_500));
}

/// Several calls in one unit go on where the one before ended.
pub async fn several_bulk_writes_of_a_unit_follow_one_another(store: Backend) {
    let workflows = many::<Workflow>(1_000);
    let mut unit = store.begin().await;
    for part in workflows.chunks(333) {
        unit.workflows().add_all(part.to_vec()).await.expect("added");
    }
    unit.commit().await.expect("committed");

    let kept: Vec<Workflow> = all(&mut store.begin_read().await).await;
    assert!(kept == workflows);
}

/// Of a hundred thousand entries in one call.
pub async fn a_hundred_thousand_entries_are_appended_in_order(store: Backend) {
    let entry =
        |number: i64| AuditEntry { timestamp: samples::time(number), ..samples::audit_entry("one of many") };
    let entries: Vec<_> = (0..100_000).rev().map(entry).collect();
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(Some(&samples::id("run")), entries.clone()).await.expect("appended");
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let log = walk!(10_000, request => unit.audit_logs().list_all(request));
    assert_eq!(log.len(), entries.len());
    let run = Some(samples::id("run"));
    assert!(log.iter().zip(&entries).all(|(kept, given)| {
        kept.timestamp == given.timestamp && kept.execution_id == run && kept.message == given.message
    }));
}

/// Panics unless the last row of many makes the store refuse them all, together with what came before.
async fn assert_last_row_refused<E: Subject>(store: &Backend, last: E, expected: fn(&StoreError) -> bool) {
    stored_executions(store).await;
    let before = list::<E>(store).await;
    let mut unit = store.begin().await;
    E::add(&mut unit, E::plain("before")).await.expect("added");
    let answer = E::add_all(&mut unit, [many(1_000), vec![last]].concat()).await;
    let error = answer.expect_err("the last row is refused");
    assert!(expected(&error), "{error:?}");
    assert_spent(unit).await;

    assert_eq!(list::<E>(store).await, before);
    assert_works(store).await;
}

/// The first of them is in another piece, where stores cut bulk writes into pieces.
pub async fn an_id_twice_among_many_keeps_none(store: Backend) {
    let last = many::<Execution>(1_000).swap_remove(0);
    let taken = |error: &StoreError| matches!(error, StoreError::AlreadyExists { field: "id", .. });
    assert_last_row_refused(&store, last, taken).await;
}

/// As above, under different ids.
pub async fn unique_fields_twice_among_many_keep_none(store: Backend) {
    let first = many::<NodeBoundary>(1_000).swap_remove(0);
    let last = NodeBoundary::plain("last").with_unique_fields_of(&first);
    let taken = |error: &StoreError| matches!(error, StoreError::AlreadyExists { field, .. } if *field == NodeBoundary::UNIQUE);
    assert_last_row_refused(&store, last, taken).await;
}

/// After a thousand rows whose workflow is there.
pub async fn a_missing_reference_among_many_keeps_none(store: Backend) {
    let last = Execution::plain("last").orphaned();
    let missing = |error: &StoreError| matches!(error, StoreError::MissingReference { .. });
    assert_last_row_refused(&store, last, missing).await;
}

/// Before anything is sent.
pub async fn an_invalid_value_among_many_keeps_none(store: Backend) {
    let last = Execution { state: Json::new("{nope}"), ..Execution::plain("last") };
    let invalid = |error: &StoreError| matches!(error, StoreError::InvalidValue { field: "state", .. });
    assert_last_row_refused(&store, last, invalid).await;
}

/// As with entities.
pub async fn an_invalid_entry_among_many_keeps_none(store: Backend) {
    let mut entries = vec![samples::audit_entry("sound"); 5_000];
    entries.push(AuditEntry { details: Json::new("{nope}"), ..samples::audit_entry("spoilt") });
    let mut unit = store.begin().await;
    assert_refused!(
        unit.audit_logs().append_logs(None, entries).await,
        StoreError::InvalidValue { field: "details", .. },
    );
    assert_spent(unit).await;

    let log = store.begin_read().await.audit_logs().list_all(PageRequest::default()).await;
    assert_eq!(log.expect("listed").items, []);
}

/// Dropped after the call, before the commit.
pub async fn a_bulk_write_that_is_not_committed_leaves_nothing(store: Backend) {
    stored_workflows(&store).await;
    let mut unit = store.begin().await;
    unit.executions().add_all(many(2_500)).await.expect("added");
    drop(unit);

    assert_eq!(list::<Execution>(&store).await, []);
}

/// Fifty times a state of a hundred kilobytes.
pub async fn large_documents_are_added_in_bulk(store: Backend) {
    stored_workflows(&store).await;
    let state = |number: usize| format!("[{}{number}]", r#""a part of a large document", "#.repeat(3_500));
    let executions: Vec<_> = (0..50)
        .map(|number| Execution { state: Json::new(state(number)), ..Execution::plain(&number.to_string()) })
        .collect();
    let mut unit = store.begin().await;
    unit.executions().add_all(executions.clone()).await.expect("added");
    unit.commit().await.expect("committed");

    assert!(list::<Execution>(&store).await == executions, "all documents are as they were");
}

/// In the order asked, which is the reverse of that of insertion.
pub async fn thousands_of_ids_are_read_in_the_order_asked(store: Backend) {
    let mut workflows = many::<Workflow>(5_000);
    let mut unit = store.begin().await;
    unit.workflows().add_all(workflows.clone()).await.expect("added");
    unit.commit().await.expect("committed");

    workflows.reverse();
    let ids: Vec<_> = workflows.iter().map(|workflow| workflow.id.clone()).collect();
    let found = store.begin_read().await.workflows().get_by_ids(&ids).await.expect("read");
    assert!(found == workflows);
}

/// One by one is the same as in bulk.
pub async fn bulk_and_single_writes_share_one_order(store: Backend) {
    let workflows = many::<Workflow>(6);
    add(&store, &workflows[..2]).await;
    let mut unit = store.begin().await;
    Workflow::add_all(&mut unit, workflows[2..4].to_vec()).await.expect("added");
    Workflow::add(&mut unit, workflows[4].clone()).await.expect("added");
    Workflow::add_all(&mut unit, workflows[5..].to_vec()).await.expect("added");
    unit.commit().await.expect("committed");

    assert_eq!(list::<Workflow>(&store).await, workflows);
}
