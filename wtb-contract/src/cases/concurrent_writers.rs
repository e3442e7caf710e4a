//! Several open units that write: none overwrites another.
//!
//! The unit that comes first commits before the other writes, as a database may let a second writer of the same row
//! wait for the first.

use crate::arrange::{add, list, read_back, stored_executions, stored_workflows};
use crate::expect::{assert_refused, assert_spent};
use crate::shared::{Subject, Unique};
use crate::stored::Stored;
use crate::{Backend, samples};
use std::collections::BTreeSet;
use wtb_domain::{CheckpointFile, Entity, Execution, ExecutionStatus, NodeBoundary, Workflow};
use wtb_ports::{BoxUnitOfWork, PageRequest, StoreError, StoreResult};

/// A unit that has seen the store as it is now.
pub(super) async fn unit_that_has_read<E: Stored>(store: &Backend) -> BoxUnitOfWork {
    let mut unit = store.begin().await;
    E::list_all(&mut unit, PageRequest::default()).await.expect("listed");
    unit
}

/// Commits the unit if its last call succeeded; otherwise it must be spent. Answers the first error.
pub(super) async fn finish<T>(unit: BoxUnitOfWork, last: StoreResult<T>) -> StoreResult<()> {
    match last {
        Ok(_) => unit.commit().await,
        Err(error) => {
            assert_spent(unit).await;
            Err(error)
        }
    }
}

/// Not the one that its first call finds.
pub async fn a_writing_unit_sees_the_state_it_began_in(store: Backend) {
    let mut unit = store.begin().await;
    stored_workflows(&store).await;
    let seen = unit.workflows().list_all(PageRequest::default()).await.expect("listed");
    assert_eq!(seen.items, []);
}

/// The first update is the one that is kept.
pub async fn the_second_of_two_updates_of_a_row_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    let running = Execution { status: ExecutionStatus::Running, ..run.clone() };
    let running = first.executions().update(running).await.expect("updated");
    first.commit().await.expect("committed");

    let cancelled = Execution { status: ExecutionStatus::Cancelled, ..run.clone() };
    let updated = second.executions().update(cancelled).await;
    assert_refused!(finish(second, updated).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, Some(running));
}

/// What was read by the loser is gone.
pub async fn an_update_of_a_row_that_another_deletes_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    first.executions().delete(&run.id).await.expect("deleted");
    first.commit().await.expect("committed");

    let updated = second.executions().update(run.clone()).await;
    assert_refused!(finish(second, updated).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, None);
}

/// The update would be lost.
pub async fn a_delete_of_a_row_that_another_updates_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    let updated = first.executions().update(run.clone()).await.expect("updated");
    first.commit().await.expect("committed");

    let deleted = second.executions().delete(&run.id).await;
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, Some(updated));
}

/// Only one of them removed it.
pub async fn the_second_of_two_deletes_of_a_row_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    assert!(first.executions().delete(&run.id).await.expect("deleted"));
    first.commit().await.expect("committed");

    let deleted = second.executions().delete(&run.id).await;
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, None);
}

/// Panics unless the second unit is refused with a conflict when it adds `added`.
async fn assert_too_late<E: Stored>(store: &Backend, mut second: BoxUnitOfWork, added: E, kept: &[E]) {
    let added = E::add(&mut second, added).await;
    assert_refused!(finish(second, added).await, StoreError::Conflict { .. });
    assert_eq!(list::<E>(store).await, kept);
}

/// With different contents.
pub async fn the_second_of_two_adds_under_one_id_is_refused(store: Backend) {
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let second = unit_that_has_read::<Workflow>(&store).await;
    let winner = Workflow::plain("winner");
    first.workflows().add(winner.clone()).await.expect("added");
    first.commit().await.expect("committed");

    let loser = Workflow::plain("loser").with_id(&winner.id);
    assert_too_late(&store, second, loser, &[winner]).await;
}

/// Under different ids.
pub async fn the_second_of_two_adds_with_equal_unique_fields_is_refused(store: Backend) {
    let mut first = unit_that_has_read::<CheckpointFile>(&store).await;
    let second = unit_that_has_read::<CheckpointFile>(&store).await;
    let winner = CheckpointFile::plain("winner");
    first.checkpoint_files().add(winner.clone()).await.expect("added");
    first.commit().await.expect("committed");

    let loser = CheckpointFile::plain("loser").with_unique_fields_of(&winner);
    assert_too_late(&store, second, loser, &[winner]).await;
}

/// The name was free when the second unit began.
pub async fn an_add_with_a_name_that_another_takes_by_an_update_is_refused(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let second = unit_that_has_read::<Workflow>(&store).await;
    let renamed = Workflow { name: "wanted".to_owned(), ..loans };
    let renamed = first.workflows().update(renamed).await.expect("updated");
    first.commit().await.expect("committed");

    assert_too_late(&store, second, samples::workflow("wanted"), &[renamed, claims]).await;
}

/// The parent was there when the second unit began.
pub async fn a_child_of_a_parent_that_another_deletes_is_refused(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    first.workflows().delete(&loans.id).await.expect("deleted");
    first.commit().await.expect("committed");

    let added = second.executions().add(samples::execution("orphan", &loans)).await;
    assert_refused!(finish(second, added).await, StoreError::Conflict { .. });
    assert_eq!(list::<Execution>(&store).await, []);
}

/// The parent had no children when the second unit began.
pub async fn a_delete_of_a_parent_that_another_gives_a_child_is_refused(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    let child = samples::execution("child", &loans);
    first.executions().add(child.clone()).await.expect("added");
    first.commit().await.expect("committed");

    let deleted = second.workflows().delete(&loans.id).await;
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &child).await, Some(child));
    assert_eq!(read_back(&store, &loans).await, Some(loans));
}

/// Children of one parent, rows of one table, entries of one log.
pub async fn units_that_write_different_rows_both_commit(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    let mut expected = BTreeSet::new();
    for (unit, name, updated) in [(&mut first, "first", &run), (&mut second, "second", &other)] {
        let added = samples::node_boundary(name, &run, "retrieve");
        unit.node_boundaries().add(added.clone()).await.expect("added");
        expected.insert(added.id);
        let started = Execution { started_at: Some(samples::time(3)), ..updated.clone() };
        unit.executions().update(started).await.expect("updated");
        let entry = samples::audit_entry(name);
        unit.audit_logs().append_logs(None, vec![entry]).await.expect("appended");
    }
    first.commit().await.expect("committed");
    second.commit().await.expect("committed");

    let boundaries = list::<NodeBoundary>(&store).await;
    assert_eq!(boundaries.into_iter().map(|boundary| boundary.id).collect::<BTreeSet<_>>(), expected);
    let revisions = list::<Execution>(&store).await.into_iter().map(|execution| execution.revision.get());
    assert_eq!(revisions.collect::<Vec<_>>(), [2, 2]);
    let log = store.begin_read().await.audit_logs().list_all(PageRequest::default()).await.expect("listed");
    let messages: BTreeSet<_> = log.items.into_iter().map(|entry| entry.message).collect();
    assert_eq!(messages, ["first", "second"].map(str::to_owned).into());
}

/// Its own writes are all that changes for it.
pub async fn a_unit_that_writes_goes_on_seeing_what_it_saw_first(store: Backend) {
    let there = CheckpointFile::plain("there");
    add(&store, std::slice::from_ref(&there)).await;
    let mut first = unit_that_has_read::<CheckpointFile>(&store).await;
    let mut second = unit_that_has_read::<CheckpointFile>(&store).await;
    first.checkpoint_files().add(CheckpointFile::plain("theirs")).await.expect("added");
    first.checkpoint_files().delete(&there.id).await.expect("deleted");
    first.commit().await.expect("committed");

    let own = CheckpointFile::plain("own");
    second.checkpoint_files().add(own.clone()).await.expect("added");
    let seen = second.checkpoint_files().list_all(PageRequest::default()).await.expect("listed");
    assert_eq!(seen.items, [there, own]);
    second.commit().await.expect("they wrote different rows");
}

/// Nothing that was never committed is in the way of anyone.
pub async fn a_unit_that_rolled_back_makes_no_conflict(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    first.executions().update(run.clone()).await.expect("updated");
    first.rollback().await.expect("rolled back");

    let updated = second.executions().update(run.clone()).await.expect("updated");
    second.commit().await.expect("committed");
    assert_eq!(read_back(&store, &run).await, Some(updated));
}

/// Rows that a unit has only read are no reason to refuse it.
pub async fn a_unit_that_read_what_another_changed_may_write_elsewhere(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    first.executions().update(run).await.expect("updated");
    first.commit().await.expect("committed");

    let updated = second.executions().update(other.clone()).await.expect("updated");
    second.commit().await.expect("committed");
    assert_eq!(read_back(&store, &other).await.map(|other| other.revision()), Some(updated.revision));
}
