//! The store: what is committed, and where units begin and end.

use crate::committed::Committed;
use crate::outcomes::Outcomes;
use crate::places::Places;
use crate::unit::Unit;
use crate::work::Work;
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;
use wtb_domain::EntityKind;
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// A store in memory. Clones are handles to the same store.
///
/// The memory of a store is freed with its last handle and unit, which takes some seconds per million entities. Where
/// there are many, as in a unit that wrote or deleted many, a thread of its own does it, so that nobody waits for that.
#[derive(Clone, Default)]
pub struct MemoryStore {
    committed: Arc<Committed>,
    places: Arc<Places>,
    outcomes: Arc<Outcomes>,
}

impl MemoryStore {
    /// How many entities of each kind are committed, for diagnostics.
    pub fn counts(&self) -> Vec<(EntityKind, u64)> {
        self.committed.newest().counts()
    }

    fn work(&self) -> Work {
        Work::on(Arc::clone(&self.committed), Arc::clone(&self.places))
    }
}

/// Tells nothing of what is stored.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl UnitOfWorkFactory for MemoryStore {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        Ok(Box::new(Unit::writing(self.work(), Arc::clone(&self.outcomes))))
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        Ok(Box::new(Unit::reading(self.work())))
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.begin_read().await
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        self.outcomes.of(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use wtb_contract::samples;
    use wtb_domain::Workflow;

    fn add(store: &MemoryStore, name: &str) {
        let mut work = store.work();
        work.add(samples::workflow(name)).unwrap();
        work.publish().unwrap();
    }

    #[test]
    fn counts_tell_how_many_of_each_kind_are_committed() {
        let store = MemoryStore::default();
        add(&store, "loans");
        add(&store, "claims");
        let mut open = store.work();
        open.delete::<Workflow>(&samples::workflow("loans").id).unwrap();
        let kinds = EntityKind::ALL.iter().map(|kind| (*kind, u64::from(*kind == EntityKind::Workflow) * 2));
        assert_eq!(store.counts(), kinds.collect::<Vec<_>>());
    }

    #[test]
    fn a_store_prints_nothing_of_what_is_stored() {
        let store = MemoryStore::default();
        add(&store, "hidden");
        assert_eq!(format!("{store:?}"), "MemoryStore { .. }");
    }

    #[test]
    fn units_that_never_meet_the_same_rows_are_all_kept_however_many_race() {
        let store = MemoryStore::default();
        thread::scope(|scope| {
            for thread in 0..8 {
                let store = &store;
                scope.spawn(move || (0..100).for_each(|unit| add(store, &format!("{thread}-{unit}"))));
            }
        });
        assert_eq!(store.counts().first(), Some(&(EntityKind::Workflow, 800)));
    }

    #[test]
    fn a_thread_that_panics_with_the_lock_leaves_the_store_usable() {
        let store = MemoryStore::default();
        let panicking = store.clone();
        let outcome = thread::spawn(move || {
            let _committed = panicking.committed.lock();
            panic!("while the lock is held");
        });
        assert!(outcome.join().is_err());
        add(&store, "loans");
        assert_eq!(store.counts().first(), Some(&(EntityKind::Workflow, 1)));
    }
}
