//! Outcomes: what became of a unit can be asked later, and the answer is final.

use crate::arrange::read_back;
use crate::calls::writes;
use crate::cut::cut_after;
use crate::everything::{Everything, assert_works, store_every_kind};
use crate::expect::{assert_refused, assert_spent};
use crate::{Backend, samples};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use wtb_domain::CheckpointFile;
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// Much longer than the store may wait, much shorter than a hang.
const PATIENCE: Duration = Duration::from_secs(30);

fn file(name: &(impl Display + ?Sized)) -> CheckpointFile {
    samples::checkpoint_file(&name.to_string(), "commit")
}

/// A unit that was identified and then has written this.
async fn identified(factory: &dyn UnitOfWorkFactory, file: &CheckpointFile) -> (UnitId, BoxUnitOfWork) {
    let mut unit = factory.begin().await.expect("a unit");
    let id = unit.identify().await.expect("identified");
    unit.checkpoint_files().add(file.clone()).await.expect("added");
    (id, unit)
}

/// Asks twice, and once by the id as it was written down.
async fn outcome(store: &Backend, id: &UnitId) -> UnitOutcome {
    let factory = store.factory();
    let outcome = factory.outcome_of(id).await.expect("an outcome");
    assert_eq!(factory.outcome_of(id).await.expect("an outcome"), outcome, "it stays so");
    let written_down = id.to_string().parse().expect("an id");
    assert_eq!(factory.outcome_of(&written_down).await.expect("an outcome"), outcome, "{id}");
    outcome
}

/// Identified at first, in the middle or at last.
pub async fn a_unit_that_was_committed_is_kept(store: Backend) {
    for place in 0..3 {
        let mut unit = store.begin().await;
        let mut id = None;
        for step in 0..3 {
            if step == place {
                id = Some(unit.identify().await.expect("identified"));
            }
            unit.checkpoint_files().add(file(&(10 * place + step))).await.expect("added");
        }
        unit.commit().await.expect("committed");
        assert_eq!(outcome(&store, &id.expect("identified")).await, UnitOutcome::Kept);
    }
}

/// Whether or not it wrote.
pub async fn a_unit_that_was_rolled_back_is_not_kept(store: Backend) {
    let (id, unit) = identified(&*store.factory(), &file("rolled back")).await;
    unit.rollback().await.expect("rolled back");
    assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept);

    let mut idle = store.begin().await;
    let id = idle.identify().await.expect("identified");
    idle.rollback().await.expect("rolled back");
    assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept);
}

/// Also before the store has undone it.
pub async fn a_unit_that_was_dropped_is_not_kept(store: Backend) {
    for number in 0..10 {
        let (id, unit) = identified(&*store.factory(), &file(&number)).await;
        drop(unit);
        assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept);
    }
    assert_works(&store).await;
}

/// Whether or not somebody tried to commit it.
pub async fn a_unit_that_failed_is_not_kept(store: Backend) {
    for commits in [true, false] {
        let (id, mut unit) = identified(&*store.factory(), &file("failed")).await;
        unit.checkpoint_files().add(file("failed")).await.expect_err("it is there");
        if commits {
            assert_spent(unit).await;
        } else {
            drop(unit);
        }
        assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept);
        assert_eq!(read_back(&store, &file("failed")).await, None);
    }
}

/// As it is after a commit of which nobody heard.
pub async fn a_unit_that_was_given_up_at_any_point_has_an_outcome_that_is_true(store: Backend) {
    async fn written(
        factory: Arc<dyn UnitOfWorkFactory>,
        file: CheckpointFile,
        noted: &mut Option<UnitId>,
    ) -> StoreResult<()> {
        let mut unit = factory.begin().await?;
        unit.checkpoint_files().add(file).await?;
        *noted = Some(unit.identify().await?);
        unit.commit().await
    }
    for polls in 0.. {
        let file = file(&polls);
        let mut noted = None;
        let answered = cut_after(polls, written(store.factory(), file.clone(), &mut noted)).await;
        if let Some(id) = noted {
            let outcome = store.factory().outcome_of(&id).await.expect("an outcome");
            let kept = read_back(&store, &file).await.is_some();
            assert_eq!(outcome, if kept { UnitOutcome::Kept } else { UnitOutcome::NotKept });
        }
        if let Some(answer) = answered {
            return answer.expect("committed");
        }
    }
}

/// Nobody can say yet; the wait for it is bounded.
pub async fn an_open_unit_has_no_outcome_yet(store: Backend) {
    for commits in [true, false] {
        let (id, unit) = identified(&*store.factory(), &file(&commits)).await;
        let since = Instant::now();
        let answer = store.factory().outcome_of(&id).await;
        assert!(since.elapsed() < PATIENCE, "it took {:?}", since.elapsed());
        assert_refused!(answer, StoreError::Unavailable { waited_for, .. } if !waited_for.is_empty());
        if commits {
            unit.commit().await.expect("committed, as if nobody had asked");
            assert_eq!(outcome(&store, &id).await, UnitOutcome::Kept);
        } else {
            unit.rollback().await.expect("rolled back");
            assert_eq!(outcome(&store, &id).await, UnitOutcome::NotKept);
        }
    }
}

/// Of both kinds.
pub async fn an_outcome_stays_after_many_later_units(store: Backend) {
    let (kept, unit) = identified(&*store.factory(), &file("kept")).await;
    unit.commit().await.expect("committed");
    let (not_kept, unit) = identified(&*store.factory(), &file("not kept")).await;
    unit.rollback().await.expect("rolled back");
    for number in 0..100 {
        let (_, unit) = identified(&*store.factory(), &file(&number)).await;
        unit.commit().await.expect("committed");
    }

    assert_eq!(outcome(&store, &kept).await, UnitOutcome::Kept);
    assert_eq!(outcome(&store, &not_kept).await, UnitOutcome::NotKept);
}

/// They write, end and ask at the same time.
pub async fn units_of_many_tasks_have_each_their_outcome(store: Backend) {
    let mut tasks = JoinSet::new();
    for task in 0..4 {
        let factory = store.factory();
        tasks.spawn(async move {
            for number in 0..10 {
                let (id, unit) = identified(&*factory, &file(&format!("{task} {number}"))).await;
                let expected = if number % 2 == 0 {
                    unit.commit().await.expect("committed");
                    UnitOutcome::Kept
                } else {
                    unit.rollback().await.expect("rolled back");
                    UnitOutcome::NotKept
                };
                assert_eq!(factory.outcome_of(&id).await.expect("an outcome"), expected);
            }
        });
    }
    tasks.join_all().await;
}

/// Before and after its writes.
pub async fn a_unit_has_one_id_however_often_it_is_asked(store: Backend) {
    let (id, mut unit) = identified(&*store.factory(), &file("one")).await;
    assert_eq!(unit.identify().await.expect("identified"), id);
    assert_eq!(unit.identify().await.expect("identified"), id);
    unit.commit().await.expect("committed");
    assert_eq!(outcome(&store, &id).await, UnitOutcome::Kept);
}

/// And each its outcome.
pub async fn units_have_different_ids_however_they_end(store: Backend) {
    let mut ids = Vec::new();
    for number in 0..12 {
        let (id, unit) = identified(&*store.factory(), &file(&number)).await;
        let expected = match number % 4 {
            0 => {
                unit.commit().await.expect("committed");
                UnitOutcome::Kept
            }
            1 => {
                drop(unit);
                UnitOutcome::NotKept
            }
            _ => {
                unit.rollback().await.expect("rolled back");
                UnitOutcome::NotKept
            }
        };
        ids.push((id, expected));
    }

    assert_eq!(ids.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len(), ids.len());
    for (id, expected) in ids {
        assert_eq!(outcome(&store, &id).await, expected);
    }
}

/// It makes no difference to anything but the question.
pub async fn a_unit_that_was_identified_sees_and_keeps_what_others_do(store: Backend) {
    store_every_kind(&store).await;
    let mut unit = store.begin().await;
    let before = Everything::seen_by(&mut unit).await;
    let id = unit.identify().await.expect("identified");
    assert_eq!(Everything::seen_by(&mut unit).await, before);
    unit.commit().await.expect("committed");
    assert_eq!(outcome(&store, &id).await, UnitOutcome::Kept, "though it wrote nothing");
    assert_eq!(Everything::kept_by(&store).await, before);

    let mut unit = store.begin().await;
    let id = unit.identify().await.expect("identified");
    for write in writes() {
        (write.on)(&mut unit).await.expect(write.name);
    }
    let written = Everything::seen_by(&mut unit).await;
    unit.commit().await.expect("committed");
    assert_eq!(outcome(&store, &id).await, UnitOutcome::Kept);
    assert_eq!(Everything::kept_by(&store).await, written);
}

/// There is nothing to ask about.
pub async fn a_unit_that_reads_cannot_be_identified(store: Backend) {
    for mut unit in [store.begin_read().await, store.begin_read_own_writes().await] {
        assert_refused!(unit.identify().await, StoreError::ReadOnly);
        assert_spent(unit).await;
    }
}

/// As any other call of it.
pub async fn a_spent_unit_cannot_be_identified(store: Backend) {
    let (_, mut unit) = identified(&*store.factory(), &file("spent")).await;
    unit.checkpoint_files().add(file("spent")).await.expect_err("it is there");
    assert_refused!(unit.identify().await, StoreError::Aborted);
    assert_spent(unit).await;
}

/// Whatever the text looks like.
pub async fn a_unit_that_nobody_made_is_forgotten(store: Backend) {
    let (kept, unit) = identified(&*store.factory(), &file("kept")).await;
    unit.commit().await.expect("committed");
    let of_another = format!("1{kept}");
    for text in ["nobody", "1", "1.2", "1.2.3", "1.2.3.4", "0.0.0.0", "-1.-1.-1.-1", ".", &of_another] {
        let id = text.parse().expect("an id");
        assert_eq!(outcome(&store, &id).await, UnitOutcome::Forgotten, "{text}");
    }
}
