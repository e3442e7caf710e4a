//! Two open units whose calls alternate: an error that the same unit would not meet again is `Conflict`.
//!
//! A row in the way that a unit sees, and that is still there, is the caller's to deal with: `AlreadyExists` or
//! `StillReferenced`. One that it does not see, or that another unit has removed since, is a conflict.

use super::concurrent_writers::{finish, unit_that_has_read};
use crate::arrange::{add_one, delete, list, read_back, stored_executions, stored_workflows, update};
use crate::expect::{assert_refused, assert_spent};
use crate::shared::{Subject, Unique};
use crate::{Backend, samples};
use wtb_domain::{
    CheckpointFile, EntityKind, Execution, ExecutionStatus, NodeBoundary, NodeVariant, Workflow,
};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult};

/// One call, a call with a few, and a call with very many.
const SIZES: [usize; 3] = [1, 3, 1_200];

/// Adds `last` after so many others that are in nobody's way.
async fn add_last<E: Subject>(unit: &mut BoxUnitOfWork, name: &str, size: usize, last: E) -> StoreResult<()> {
    if size == 1 {
        return E::add(unit, last).await.map(drop);
    }
    let mut entities: Vec<E> = (1..size).map(|number| E::plain(&format!("{name}-{number}"))).collect();
    entities.push(last);
    E::add_all(unit, entities).await.map(drop)
}

/// Looks by id, finds nothing, and adds; another unit added the same since.
pub async fn a_unit_that_looked_by_id_before_it_adds_is_refused_with_a_conflict(store: Backend) {
    for size in SIZES {
        let winner = CheckpointFile::plain(&format!("winner-{size}"));
        let mut second = store.begin().await;
        let found = second.checkpoint_files().get_by_id(&winner.id).await.expect("read");
        assert_eq!(found, None);
        add_one(&store, &winner).await;

        let loser = CheckpointFile::plain(&format!("loser-{size}")).with_id(&winner.id);
        let added = add_last(&mut second, &format!("beside-{size}"), size, loser).await;
        assert_refused!(finish(second, added).await, StoreError::Conflict { .. });
        assert_eq!(read_back(&store, &winner).await, Some(winner));
    }
}

/// Looks by name and version, finds nothing, and adds; another unit took them since.
pub async fn a_unit_that_looked_by_unique_fields_before_it_adds_is_refused_with_a_conflict(store: Backend) {
    for size in SIZES {
        let winner = samples::workflow(&format!("winner-{size}"));
        let mut second = store.begin().await;
        let looked = second.workflows().get_by_name_and_version(&winner.name, &winner.version).await;
        assert_eq!(looked.expect("read"), None);
        add_one(&store, &winner).await;

        let loser = samples::workflow(&format!("loser-{size}")).with_unique_fields_of(&winner);
        let added = add_last(&mut second, &format!("beside-{size}"), size, loser).await;
        assert_refused!(finish(second, added).await, StoreError::Conflict { .. });

        // The same unit, run again, finds what it looked for.
        let mut again = store.begin().await;
        let looked = again.workflows().get_by_name_and_version(&winner.name, &winner.version).await;
        assert_eq!(looked.expect("read"), Some(winner));
    }
}

/// The second unit may have to wait for the end of the first.
pub async fn an_add_beside_the_commit_of_the_same_is_refused_with_a_conflict(store: Backend) {
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    let winner = samples::workflow("wanted");
    first.workflows().add(winner.clone()).await.expect("added");

    let loser = samples::workflow("loser").with_unique_fields_of(&winner);
    let (added, committed) = tokio::join!(second.workflows().add(loser), first.commit());
    committed.expect("committed");
    assert_refused!(finish(second, added).await, StoreError::Conflict { .. });
    assert_eq!(list::<Workflow>(&store).await, [winner]);
}

/// The second unit may have to wait for the end of the first.
pub async fn an_add_beside_the_rollback_of_the_same_is_kept(store: Backend) {
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    let wanted = samples::workflow("wanted");
    first.workflows().add(wanted.clone()).await.expect("added");

    let (added, rolled_back) = tokio::join!(second.workflows().add(wanted.clone()), first.rollback());
    rolled_back.expect("rolled back");
    finish(second, added).await.expect("nothing is in its way");
    assert_eq!(list::<Workflow>(&store).await, [wanted]);
}

/// The name was free when the unit began.
pub async fn an_update_to_unique_fields_that_another_takes_is_refused_with_a_conflict(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    let winner = samples::workflow("wanted");
    add_one(&store, &winner).await;

    let updated = second.workflows().update(loans.with_unique_fields_of(&winner)).await;
    assert_refused!(finish(second, updated).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &loans).await, Some(loans));
}

/// Whatever other units do, a unit meets its own rows again when it is run again.
pub async fn a_row_of_its_own_in_the_way_of_an_add_is_no_conflict(store: Backend) {
    for size in SIZES {
        let mut unit = unit_that_has_read::<CheckpointFile>(&store).await;
        let own = CheckpointFile::plain(&format!("own-{size}"));
        unit.checkpoint_files().add(own.clone()).await.expect("added");
        add_one(&store, &CheckpointFile::plain(&format!("theirs-{size}"))).await;

        let again = CheckpointFile::plain(&format!("again-{size}")).with_unique_fields_of(&own);
        let added = add_last(&mut unit, &format!("beside-{size}"), size, again).await;
        assert_refused!(
            added,
            StoreError::AlreadyExists { entity: EntityKind::CheckpointFile, field: CheckpointFile::UNIQUE },
        );
        assert_spent(unit).await;
    }
}

/// It sees the row, and the row is there: it would be refused again.
pub async fn a_row_that_a_unit_sees_in_the_way_of_an_add_is_no_conflict(store: Backend) {
    let seen = CheckpointFile::plain("seen");
    add_one(&store, &seen).await;
    for size in SIZES {
        let mut unit = unit_that_has_read::<CheckpointFile>(&store).await;
        add_one(&store, &CheckpointFile::plain(&format!("theirs-{size}"))).await;

        let again = CheckpointFile::plain(&format!("again-{size}")).with_id(&seen.id);
        let added = add_last(&mut unit, &format!("beside-{size}"), size, again).await;
        assert_refused!(added, StoreError::AlreadyExists { entity: EntityKind::CheckpointFile, field: "id" });
        assert_spent(unit).await;
    }
}

/// Twice the same in one call, beside a unit that adds something else.
pub async fn the_same_twice_in_one_call_is_no_conflict(store: Backend) {
    for size in [3, 1_200] {
        let mut unit = unit_that_has_read::<CheckpointFile>(&store).await;
        add_one(&store, &CheckpointFile::plain(&format!("theirs-{size}"))).await;
        let name = format!("twice-{size}");
        let twice = CheckpointFile::plain("other")
            .with_unique_fields_of(&CheckpointFile::plain(&format!("{name}-1")));
        let added = add_last(&mut unit, &name, size, twice).await;
        assert_refused!(
            added,
            StoreError::AlreadyExists { entity: EntityKind::CheckpointFile, field: CheckpointFile::UNIQUE },
        );
        assert_spent(unit).await;
    }
}

/// The unit still sees it, so it would see two. If it began now, it could add it.
pub async fn an_add_of_what_another_deletes_is_refused_with_a_conflict(store: Backend) {
    for size in SIZES {
        let seen = CheckpointFile::plain(&format!("seen-{size}"));
        for by_id in [true, false] {
            add_one(&store, &seen).await;
            let mut unit = unit_that_has_read::<CheckpointFile>(&store).await;
            delete(&store, &seen).await;

            let again = CheckpointFile::plain(&format!("again-{size}-{by_id}"));
            let again = if by_id { again.with_id(&seen.id) } else { again.with_unique_fields_of(&seen) };
            let added = add_last(&mut unit, &format!("beside-{size}"), size, again).await;
            assert_refused!(finish(unit, added).await, StoreError::Conflict { .. });
            assert_eq!(list::<CheckpointFile>(&store).await, []);
        }
    }
}

/// The unit still sees the old one. If it began now, it would see the new one, and be refused.
pub async fn an_add_of_what_another_deletes_and_adds_again_is_refused_for_good(store: Backend) {
    let seen = CheckpointFile::plain("seen");
    add_one(&store, &seen).await;
    let mut unit = unit_that_has_read::<CheckpointFile>(&store).await;
    delete(&store, &seen).await;
    add_one(&store, &seen).await;

    let added = unit.checkpoint_files().add(CheckpointFile::plain("again").with_id(&seen.id)).await;
    assert_refused!(added, StoreError::AlreadyExists { entity: EntityKind::CheckpointFile, field: "id" });
    assert_eq!(list::<CheckpointFile>(&store).await, [seen]);
}

/// The unit still sees it under the name.
pub async fn a_write_with_a_name_that_another_gives_up_is_refused_with_a_conflict(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let mut adding = unit_that_has_read::<Workflow>(&store).await;
    let mut updating = unit_that_has_read::<Workflow>(&store).await;
    update(&store, Workflow { name: "renamed".to_owned(), ..loans.clone() }).await;

    let added = adding.workflows().add(samples::workflow("heir").with_unique_fields_of(&loans)).await;
    assert_refused!(finish(adding, added).await, StoreError::Conflict { .. });
    let updated = updating.workflows().update(claims.with_unique_fields_of(&loans)).await;
    assert_refused!(finish(updating, updated).await, StoreError::Conflict { .. });
    assert_eq!(list::<Workflow>(&store).await.len(), 2);
}

/// The second unit may have to wait for the end of the first.
pub async fn a_delete_beside_the_commit_of_a_child_is_refused_with_a_conflict(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    let child = samples::execution("child", &loans);
    first.executions().add(child.clone()).await.expect("added");

    let (deleted, committed) = tokio::join!(second.workflows().delete(&loans.id), first.commit());
    committed.expect("committed");
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(list::<Execution>(&store).await, [child]);
}

/// The second unit may have to wait for the end of the first.
pub async fn a_child_beside_the_commit_of_a_delete_is_refused_with_a_conflict(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let mut first = unit_that_has_read::<Workflow>(&store).await;
    let mut second = unit_that_has_read::<Workflow>(&store).await;
    assert!(first.workflows().delete(&loans.id).await.expect("deleted"));

    let child = samples::execution("child", &loans);
    let (added, committed) = tokio::join!(second.executions().add(child), first.commit());
    committed.expect("committed");
    assert_refused!(finish(second, added).await, StoreError::Conflict { .. });
    assert_eq!(list::<Workflow>(&store).await, [claims]);
    assert_eq!(list::<Execution>(&store).await, []);
}

/// The unit still sees the child.
pub async fn a_delete_of_a_parent_whose_child_another_deletes_is_refused_with_a_conflict(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let boundary = samples::node_boundary("child", &run, "retrieve");
    let result = samples::evaluation_result("child", &run, "length");
    for kind in [EntityKind::NodeBoundary, EntityKind::EvaluationResult] {
        let by_boundary = kind == EntityKind::NodeBoundary;
        if by_boundary {
            add_one(&store, &boundary).await;
        } else {
            add_one(&store, &result).await;
        }
        let mut second = unit_that_has_read::<NodeBoundary>(&store).await;
        if by_boundary {
            delete(&store, &boundary).await;
        } else {
            delete(&store, &result).await;
        }

        let deleted = second.executions().delete(&run.id).await;
        assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
        assert_eq!(read_back(&store, &run).await.as_ref(), Some(&run));
    }
}

/// The unit still sees the child where it was.
pub async fn a_delete_of_a_parent_whose_child_another_moves_away_is_refused_with_a_conflict(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let execution = samples::execution("child", &loans);
    let variant = samples::node_variant("child", &loans, "retrieve");
    add_one(&store, &execution).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    let moved = update(&store, Execution { workflow_id: claims.id.clone(), ..execution }).await;

    let deleted = second.workflows().delete(&loans.id).await;
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });

    add_one(&store, &variant).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    update(&store, NodeVariant { workflow_id: claims.id.clone(), ..variant }).await;
    let deleted = second.workflows().delete(&loans.id).await;
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(list::<Execution>(&store).await, [moved]);
    assert_eq!(list::<Workflow>(&store).await, [loans, claims]);
}

/// A child that it sees and that is there, or that it added itself: it would be refused again.
pub async fn a_child_that_a_unit_sees_keeps_its_parent_whatever_others_add(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let seen = samples::execution("seen", &loans);
    add_one(&store, &seen).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    add_one(&store, &samples::execution("unseen", &loans)).await;
    let deleted = first.workflows().delete(&loans.id).await;
    assert_refused!(deleted, StoreError::StillReferenced { entity: EntityKind::Workflow });
    assert_spent(first).await;

    second.executions().add(samples::execution("own", &claims)).await.expect("added");
    let deleted = second.workflows().delete(&claims.id).await;
    assert_refused!(deleted, StoreError::StillReferenced { entity: EntityKind::Workflow });
    assert_spent(second).await;
}

/// A reference is to what the unit sees.
pub async fn a_child_of_a_parent_that_another_adds_is_refused(store: Backend) {
    let mut unit = unit_that_has_read::<Workflow>(&store).await;
    let parent = samples::workflow("parent");
    add_one(&store, &parent).await;

    let added = unit.executions().add(samples::execution("child", &parent)).await;
    assert_refused!(
        added,
        StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow },
    );
    assert_spent(unit).await;
}

/// The second unit may have to wait for the end of the first.
pub async fn an_update_beside_the_commit_of_a_delete_is_refused_with_a_conflict(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    assert!(first.executions().delete(&run.id).await.expect("deleted"));

    let running = Execution { status: ExecutionStatus::Running, ..run.clone() };
    let (updated, committed) = tokio::join!(second.executions().update(running), first.commit());
    committed.expect("committed");
    assert_refused!(finish(second, updated).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, None);
}

/// The second unit may have to wait for the end of the first.
pub async fn a_delete_beside_the_commit_of_an_update_is_refused_with_a_conflict(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    let running = Execution { status: ExecutionStatus::Running, ..run.clone() };
    let running = first.executions().update(running).await.expect("updated");

    let (deleted, committed) = tokio::join!(second.executions().delete(&run.id), first.commit());
    committed.expect("committed");
    assert_refused!(finish(second, deleted).await, StoreError::Conflict { .. });
    assert_eq!(read_back(&store, &run).await, Some(running));
}

/// Each reads what the other writes. Only the rows that both write decide.
pub async fn units_that_each_read_what_the_other_writes_are_both_kept(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let mut first = unit_that_has_read::<Execution>(&store).await;
    let mut second = unit_that_has_read::<Execution>(&store).await;
    first.executions().update(run.clone()).await.expect("updated");
    second.executions().update(other.clone()).await.expect("updated");
    first.commit().await.expect("committed");
    second.commit().await.expect("this is write skew, which such a store permits");

    let revisions = list::<Execution>(&store).await.into_iter().map(|execution| execution.revision.get());
    assert_eq!(revisions.collect::<Vec<_>>(), [2, 2]);
}
