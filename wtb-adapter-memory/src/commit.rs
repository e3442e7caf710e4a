//! Commit: a unit's writes, moved onto what others committed since it began.
//!
//! The first to commit wins. A later unit is refused when it changed a row that is not the same row any more, took an
//! id or a unique key that is taken now, refers to a row that is gone, or removed a row that is referred to now. Rows
//! that a unit only read do not matter: this is snapshot isolation, as PostgreSQL's `REPEATABLE READ` has it.

use crate::freeing::free_if_many;
use crate::root::Root;
use crate::table::{Row, Stored};
use crate::work::Work;
use std::fmt::Display;
use std::mem;
use std::sync::Arc;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};
use wtb_ports::{StoreError, StoreResult};

/// How often a commit is prepared without the lock before it is prepared under it.
const PREPARATIONS: usize = 4;

impl Work {
    /// Commits the writes of the unit.
    pub(crate) fn publish(&self) -> StoreResult<()> {
        if self.written.is_empty() {
            return Ok(());
        }
        for _ in 0..PREPARATIONS {
            let newest = self.committed.newest();
            let next = self.onto(&newest)?;
            let mut committed = self.committed.lock();
            let is_newest = Arc::ptr_eq(&committed, &newest);
            #[cfg(feature = "interleaving")]
            let is_newest = is_newest || crate::interleaving::is_forgetful();
            if is_newest {
                *committed = next;
                drop(committed);
                free_if_many(self.rows(), || newest);
                return Ok(());
            }
        }
        let mut committed = self.committed.lock();
        let next = self.onto(&committed)?;
        let replaced = mem::replace(&mut *committed, next);
        drop(committed);
        free_if_many(self.rows(), || replaced);
        Ok(())
    }

    /// What is committed once this unit is, if `current` is now.
    pub(crate) fn onto(&self, current: &Arc<Root>) -> StoreResult<Arc<Root>> {
        if Arc::ptr_eq(&self.base, current) {
            return Ok(Arc::clone(&self.own));
        }
        let mut merged = Root::clone(current);
        // Parents before their children, so that children find them.
        self.replay::<Workflow>(&mut merged)?;
        self.replay::<Execution>(&mut merged)?;
        self.replay::<NodeBoundary>(&mut merged)?;
        self.replay::<CheckpointFile>(&mut merged)?;
        self.replay::<NodeVariant>(&mut merged)?;
        self.replay::<EvaluationResult>(&mut merged)?;
        for place in self.places::<AuditEntry>() {
            merged.audit_entries.set(place, self.own.audit_entries.at(place));
        }
        self.check_removed::<Workflow>(&merged)?;
        self.check_removed::<Execution>(&merged)?;
        Ok(Arc::new(merged))
    }

    /// The places of a table that were written to.
    pub(crate) fn places<R: Row>(&self) -> impl Iterator<Item = i64> {
        self.written.get(&R::TABLE).into_iter().flatten().copied()
    }

    /// Moves the writes to one table into `merged`.
    fn replay<E: Stored>(&self, merged: &mut Root) -> StoreResult<()> {
        let (base, own) = (E::table(&self.base), E::table(&self.own));
        for place in self.places::<E>() {
            let Some(before) = base.at(place) else { continue };
            if !E::table(merged).at(place).is_some_and(|now| Arc::ptr_eq(before, now)) {
                return Err(conflict::<E>(before.id(), "another unit changed it"));
            }
            // What gives up a key goes first, because another row of this unit may have taken that key.
            if own.at(place).is_none_or(|after| after.unique_key() != before.unique_key()) {
                E::table_mut(merged).set(place, None);
            }
        }
        for place in self.places::<E>() {
            let Some(after) = own.at(place) else { continue };
            if E::table(merged).taken(after, place).is_some() {
                return Err(conflict::<E>(after.id(), "another unit added the same"));
            }
            if after.missing_reference(merged).is_some() {
                return Err(conflict::<E>(after.id(), "another unit deleted what it refers to"));
            }
            E::table_mut(merged).set(place, Some(after));
        }
        Ok(())
    }

    /// Checks that nothing in `merged` refers to what this unit removed.
    fn check_removed<E: Stored>(&self, merged: &Root) -> StoreResult<()> {
        let (base, table) = (E::table(&self.base), E::table(merged));
        for removed in self.places::<E>().filter_map(|place| base.at(place)) {
            if !table.has(removed.id()) && E::is_referenced(removed.id(), merged) {
                return Err(conflict::<E>(removed.id(), "another unit refers to it"));
            }
        }
        Ok(())
    }
}

fn conflict<E: Stored>(id: &impl Display, why: &str) -> StoreError {
    StoreError::Conflict { operation: "commit", source: Some(format!("{} {id}: {why}", E::TABLE).into()) }
}

#[cfg(test)]
#[path = "commit_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "commit_random_tests.rs"]
mod random_tests;
