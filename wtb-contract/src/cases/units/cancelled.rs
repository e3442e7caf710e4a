//! Futures given up half-way: begin, every call, commit and rollback.

use crate::arrange::read_back;
use crate::calls::{reads, writes};
use crate::cut::cut_after;
use crate::everything::{Everything, assert_works, store_every_kind};
use crate::expect::{assert_refused, assert_spent};
use crate::{Backend, samples};
use std::sync::Arc;
use wtb_domain::{AuditEntry, CheckpointFile};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// More often than any store under test has connections.
const TIMES: usize = 10;

/// How far a future may come before it is given up; later ones answer.
const POLLS: std::ops::Range<usize> = 0..5;

/// Whatever it had taken is given back.
pub async fn a_begin_given_up_half_way_takes_nothing_with_it(store: Backend) {
    let factory = store.factory();
    for polls in POLLS {
        for _ in 0..TIMES {
            drop(cut_after(polls, factory.begin()).await);
            drop(cut_after(polls, factory.begin_read()).await);
            drop(cut_after(polls, factory.begin_read_own_writes()).await);
        }
        assert_works(&store).await;
    }
}

/// Nothing is kept, also of what the unit wrote before.
pub async fn every_call_given_up_half_way_leaves_nothing(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    for call in [writes(), reads()].concat() {
        let mut unit = store.begin().await;
        unit.checkpoint_files().add(samples::checkpoint_file("first", "commit")).await.expect("added");
        drop(cut_after(1, (call.on)(&mut unit)).await);
        drop(unit);
        assert_eq!(Everything::kept_by(&store).await, before, "{}", call.name);
    }

    assert_works(&store).await;
}

/// Nobody knows what such a call did, so nothing may be built upon it.
pub async fn a_call_given_up_half_way_spends_the_unit(store: Backend) {
    store_every_kind(&store).await;
    let before = Everything::kept_by(&store).await;
    for call in [writes(), reads()].concat() {
        let mut unit = store.begin().await;
        if cut_after(1, (call.on)(&mut unit)).await.is_none() {
            let found = unit.checkpoint_files().get_by_id(&samples::id("file-any")).await;
            assert_refused!(found, StoreError::Aborted);
            assert_spent(unit).await;
        }
    }

    assert_eq!(Everything::kept_by(&store).await, before);
}

/// A file and an entry about it: both are kept or none.
struct Pair {
    file: CheckpointFile,
    entry: AuditEntry,
}

impl Pair {
    fn numbered(number: usize) -> Self {
        let name = format!("pair-{number}");
        Self { file: samples::checkpoint_file(&name, "commit"), entry: samples::audit_entry(&name) }
    }

    async fn written_in(&self, mut unit: BoxUnitOfWork) -> StoreResult<BoxUnitOfWork> {
        unit.checkpoint_files().add(self.file.clone()).await?;
        unit.audit_logs().append_logs(None, vec![self.entry.clone()]).await?;
        Ok(unit)
    }

    async fn written(&self, factory: Arc<dyn UnitOfWorkFactory>) -> StoreResult<()> {
        self.written_in(factory.begin().await?).await?.commit().await
    }

    async fn is_kept(&self, store: &Backend) -> bool {
        let mut unit = store.begin_read().await;
        let file = unit.checkpoint_files().get_by_id(&self.file.id).await.expect("read");
        let log = unit.audit_logs().list_all(crate::walk::first(1_000)).await.expect("listed");
        let has_entry = log.items.contains(&self.entry);
        assert_eq!(file.is_some(), has_entry, "a unit is kept wholly or not at all");
        has_entry
    }
}

/// A commit may be too far to be stopped, but it has no halves.
pub async fn a_commit_given_up_half_way_is_kept_wholly_or_not_at_all(store: Backend) {
    for number in 0..TIMES * POLLS.len() {
        let pair = Pair::numbered(number);
        let unit = pair.written_in(store.begin().await).await.expect("written");
        let answered = cut_after(number / TIMES, unit.commit()).await;
        let kept = pair.is_kept(&store).await;
        if let Some(answer) = answered {
            answer.expect("committed");
            assert!(kept, "it was answered");
        }
    }

    assert_works(&store).await;
}

/// It is undone without anyone who waits for it.
pub async fn a_rollback_given_up_half_way_leaves_nothing(store: Backend) {
    for number in 0..TIMES * POLLS.len() {
        let pair = Pair::numbered(number);
        let unit = pair.written_in(store.begin().await).await.expect("written");
        drop(cut_after(number / TIMES, unit.rollback()).await);
        assert!(!pair.is_kept(&store).await);
    }

    assert_works(&store).await;
}

/// A whole unit, given up at its first await point, at its second, and so on until it comes through.
pub async fn a_unit_given_up_at_any_point_is_kept_wholly_or_not_at_all(store: Backend) {
    let mut polls = 0;
    loop {
        let pair = Pair::numbered(polls);
        let answered = cut_after(polls, pair.written(store.factory())).await;
        let kept = pair.is_kept(&store).await;
        if let Some(answer) = answered {
            answer.expect("written");
            assert!(kept, "it was answered");
            assert_eq!(read_back(&store, &pair.file).await, Some(pair.file));
            break;
        }
        polls += 1;
    }

    assert_works(&store).await;
}
