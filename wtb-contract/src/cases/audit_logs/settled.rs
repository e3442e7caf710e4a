//! Following the log: settled entries, read in many units.

use super::{about, append};
use crate::arrange::stored_executions;
use crate::expect::whole;
use crate::follower::Follower;
use crate::walk::first;
use crate::{Backend, samples};
use std::time::Duration;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;
use wtb_domain::{AuditEntry, ExecutionId};
use wtb_ports::PageRequest;

/// How long a unit that another may have to wait for stays open.
const A_WHILE: Duration = Duration::from_millis(200);

fn entries(messages: impl IntoIterator<Item = impl Into<String>>) -> Vec<AuditEntry> {
    messages.into_iter().map(|message| samples::audit_entry(&message.into())).collect()
}

fn sorted(entries: &[AuditEntry]) -> Vec<&str> {
    let mut messages: Vec<_> = entries.iter().map(|entry| entry.message.as_str()).collect();
    messages.sort_unstable();
    messages
}

/// Once nothing else is open that was open when they were committed; whatever the size of pages.
pub async fn settled_entries_are_those_of_the_log_in_its_order(store: Backend) {
    let all = entries(["e", "a", "d", "b", "c"]);
    for entries in [&all[..3], &all[3..4], &all[4..]] {
        append(&store, None, entries).await;
    }
    for limit in [1, 2, 4, 5, 6] {
        let mut follower = Follower::new(None, first(limit));
        follower.look_until(&*store.factory(), all.len()).await.expect("read");
        assert_eq!(follower.seen(), all, "pages of {limit}");
    }
}

/// Of an empty log, and of one without entries about the execution.
pub async fn a_log_without_entries_has_no_settled_ones(store: Backend) {
    let absent: ExecutionId = samples::id("execution-absent");
    for _ in 0..2 {
        let mut unit = store.begin_read().await;
        assert_eq!(whole(unit.audit_logs().list_settled(Some(&absent), first(1)).await), []);
        append(&store, None, &entries(["about nothing"])).await;
    }
}

/// Not those about others, or about none.
pub async fn list_settled_by_execution_answers_only_entries_about_it(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let own: Vec<_> = ["started", "paused", "failed"].map(|message| about(&run.id, message)).into();
    for entry in &own {
        append(&store, None, &[samples::audit_entry("cleaned up"), about(&other.id, "started")]).await;
        append(&store, None, std::slice::from_ref(entry)).await;
    }
    for limit in [1, 2, 3, 4] {
        let mut follower = Follower::new(Some(run.id.clone()), first(limit));
        follower.look_until(&*store.factory(), own.len()).await.expect("read");
        assert_eq!(follower.seen(), own, "pages of {limit}");
    }
}

/// They may still be rolled back.
pub async fn entries_of_the_unit_that_reads_are_not_settled(store: Backend) {
    let before = [entries(["before"]), vec![about(&samples::id("execution-absent"), "also before")]].concat();
    append(&store, None, &before).await;
    let mut follower = Follower::new(None, PageRequest::default());
    follower.look_until(&*store.factory(), before.len()).await.expect("read");

    let mut unit = store.begin().await;
    let own = vec![about(&samples::id("execution-absent"), "own"), samples::audit_entry("also own")];
    unit.audit_logs().append_logs(None, own.clone()).await.expect("appended");
    let seen = whole(unit.audit_logs().list_settled(None, PageRequest::default()).await);
    assert_eq!(seen, before);
    let absent = samples::id("execution-absent");
    let seen = whole(unit.audit_logs().list_settled(Some(&absent), PageRequest::default()).await);
    assert_eq!(seen, before[1..]);
    unit.commit().await.expect("committed");

    follower.look_until(&*store.factory(), before.len() + own.len()).await.expect("read");
    assert_eq!(follower.seen(), [before, own].concat());
}

/// The unit that was the first to append is the last to commit. A store in which one unit writes at a time lets the other
/// wait.
pub async fn entries_of_a_unit_that_commits_late_are_neither_missed_nor_repeated(store: Backend) {
    let run: ExecutionId = samples::id("execution-absent");
    let mut followers = [None, Some(run.clone())].map(|execution_id| Follower::new(execution_id, first(1)));
    let factory = store.factory();
    let mut late = store.begin().await;
    late.audit_logs().append_logs(Some(&run), entries(["late 1", "late 2"])).await.expect("appended");

    let early = async move |store: Backend, run: ExecutionId| {
        let mut unit = store.begin().await;
        unit.audit_logs().append_logs(Some(&run), entries(["early"])).await.expect("appended");
        unit.commit().await.expect("committed");
    };
    let mut early = tokio::spawn(early(Backend::from(store.factory()), run.clone()));
    let has_ended = timeout(A_WHILE, &mut early).await.is_ok();
    for follower in &mut followers {
        follower.look(&*factory).await.expect("read");
    }
    late.audit_logs().append_logs(Some(&run), entries(["late 3"])).await.expect("appended");
    late.commit().await.expect("committed");
    if !has_ended {
        early.await.expect("committed");
    }
    for follower in &mut followers {
        follower.look(&*factory).await.expect("read");
    }
    append(&store, Some(&run), &entries(["after"])).await;

    for follower in &mut followers {
        follower.look_until(&*factory, 5).await.expect("read");
        assert_eq!(sorted(follower.seen()), ["after", "early", "late 1", "late 2", "late 3"]);
        let late: Vec<_> =
            follower.seen().iter().filter(|entry| entry.message.starts_with("late")).cloned().collect();
        assert_eq!(sorted(&late), late.iter().map(|entry| &entry.message).collect::<Vec<_>>());
        assert_eq!(follower.seen().last().map(|entry| entry.message.as_str()), Some("after"));
    }
}

/// Nobody waits for its entries.
pub async fn a_unit_that_was_not_committed_does_not_hold_the_log_back(store: Backend) {
    let expected = entries(["before", "after"]);
    let mut follower = Follower::new(None, PageRequest::default());
    append(&store, None, &expected[..1]).await;
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, entries(["rolled back"])).await.expect("appended");
    unit.rollback().await.expect("rolled back");
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, entries(["dropped"])).await.expect("appended");
    drop(unit);
    append(&store, None, &expected[1..]).await;

    follower.look_until(&*store.factory(), 2).await.expect("read");
    assert_eq!(follower.seen(), expected);
}

/// Each of them between other calls of its unit, some of which are rolled back.
pub async fn a_follower_beside_many_writers_misses_and_repeats_nothing(store: Backend) {
    const WRITERS: usize = 6;
    const UNITS: usize = 12;
    let run: ExecutionId = samples::id("execution-absent");
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, run) = (Backend::from(store.factory()), run.clone());
        writers.spawn(async move {
            for unit in 0..UNITS {
                let mut open = store.begin().await;
                for part in 0..2 {
                    let entry = entries([format!("{writer} {unit} {part}")]);
                    open.audit_logs().append_logs(Some(&run), entry).await.expect("appended");
                    for _ in 0..(writer * unit + part) % 5 {
                        yield_now().await;
                    }
                }
                if (writer + unit) % 4 == 3 {
                    open.rollback().await.expect("rolled back");
                } else {
                    open.commit().await.expect("committed");
                }
            }
        });
    }
    let kept = (0..WRITERS).flat_map(|writer| (0..UNITS).map(move |unit| (writer, unit)));
    let kept = kept.filter(|(writer, unit)| (writer + unit) % 4 != 3);
    let expected = kept.flat_map(|(writer, unit)| (0..2).map(move |part| format!("{writer} {unit} {part}")));
    let expected = entries(expected);
    let mut followers = [None, Some(run)].map(|execution_id| Follower::new(execution_id, first(3)));
    while !writers.is_empty() {
        for follower in &mut followers {
            follower.look(&*store.factory()).await.expect("read");
        }
        while let Some(ended) = writers.try_join_next() {
            ended.expect("a writer ended");
        }
        yield_now().await;
    }
    for follower in &mut followers {
        follower.look_until(&*store.factory(), expected.len()).await.expect("read");
        assert_eq!(sorted(follower.seen()), sorted(&expected));
    }
}
