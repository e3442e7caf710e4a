//! What became of the units that were identified.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOutcome};

/// How many units are remembered after those that began first.
const REMEMBERED: usize = 10_000;

/// The newest units of a store that were identified.
pub(crate) struct Outcomes {
    /// Tells the units of this store from those of others.
    store: u64,
    units: Mutex<Units>,
}

#[derive(Default)]
struct Units {
    /// The number of the first of `newest`.
    first: u64,
    /// In the order of their numbers.
    newest: VecDeque<State>,
    /// The numbers of those that are open for so long that they are not among the newest any more.
    old_and_open: Vec<u64>,
}

impl Units {
    fn add(&mut self) -> u64 {
        if self.newest.len() == REMEMBERED {
            if self.newest.pop_front() == Some(State::Open) {
                self.old_and_open.push(self.first);
            }
            self.first += 1;
        }
        self.newest.push_back(State::Open);
        self.first + self.newest.len() as u64 - 1
    }

    fn index(&self, number: u64) -> Option<usize> {
        number.checked_sub(self.first).and_then(|index| usize::try_from(index).ok())
    }

    fn get(&self, number: u64) -> Option<State> {
        match self.index(number) {
            Some(index) => self.newest.get(index).copied(),
            None => self.old_and_open.contains(&number).then_some(State::Open),
        }
    }

    fn end(&mut self, number: u64, ended: State) {
        match self.index(number) {
            Some(index) => {
                if let Some(state @ State::Open) = self.newest.get_mut(index) {
                    *state = ended;
                }
            }
            None => self.old_and_open.retain(|open| *open != number),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Kept,
    NotKept,
}

impl Default for Outcomes {
    fn default() -> Self {
        // The standard library keys every hasher anew.
        Self { store: RandomState::new().hash_one(()), units: Mutex::default() }
    }
}

impl Outcomes {
    fn units(&self) -> MutexGuard<'_, Units> {
        self.units.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Identifies a unit that is open.
    pub(crate) fn open(self: &Arc<Self>) -> StoreResult<Identified> {
        let number = self.units().add();
        let id = UnitId::new(format!("{:016x}.{number}", self.store))
            .map_err(|error| StoreError::Backend { operation: "identify a unit", source: error.into() })?;
        Ok(Identified { id, number, outcomes: Arc::clone(self) })
    }

    /// What became of a unit; nobody waits for one that is open.
    pub(crate) fn of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        let number = unit.as_str().split_once('.').and_then(|(store, number)| {
            let store = u64::from_str_radix(store, 16).ok()?;
            if store == self.store { number.parse().ok() } else { None }
        });
        match number.and_then(|number| self.units().get(number)) {
            Some(State::Kept) => Ok(UnitOutcome::Kept),
            Some(State::NotKept) => Ok(UnitOutcome::NotKept),
            Some(State::Open) => {
                Err(StoreError::Unavailable { waited_for: "the end of the unit".into(), source: None })
            }
            None => Ok(UnitOutcome::Forgotten),
        }
    }
}

/// A unit that was identified. It is not kept unless that is said before this is dropped.
pub(crate) struct Identified {
    id: UnitId,
    number: u64,
    outcomes: Arc<Outcomes>,
}

impl Identified {
    pub(crate) fn id(&self) -> &UnitId {
        &self.id
    }

    /// The unit is kept.
    pub(crate) fn kept(&self) {
        self.end(State::Kept);
    }

    fn end(&self, ended: State) {
        self.outcomes.units().end(self.number, ended);
    }
}

impl Drop for Identified {
    fn drop(&mut self) {
        self.end(State::NotKept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_forgotten_the_units_of_others() {
        let (one, other) = (Arc::<Outcomes>::default(), Arc::<Outcomes>::default());
        let unit = one.open().unwrap();
        unit.kept();
        assert_eq!(one.of(unit.id()).unwrap(), UnitOutcome::Kept);
        assert_eq!(other.of(unit.id()).unwrap(), UnitOutcome::Forgotten);
        drop(unit);
        assert_eq!(size_of::<State>(), 1);
    }

    #[test]
    fn only_the_newest_units_are_remembered_beside_those_that_are_open() {
        let outcomes = Arc::<Outcomes>::default();
        let (open, kept) = (outcomes.open().unwrap(), outcomes.open().unwrap());
        kept.kept();
        let later: Vec<_> = (1..REMEMBERED).map(|_| outcomes.open().unwrap().id().clone()).collect();
        assert_eq!(outcomes.of(kept.id()).unwrap(), UnitOutcome::Kept);
        let newest = outcomes.open().unwrap();
        newest.kept();
        assert_eq!(outcomes.of(kept.id()).unwrap(), UnitOutcome::Forgotten);
        assert_eq!(outcomes.of(&later[0]).unwrap(), UnitOutcome::NotKept);
        assert_eq!(outcomes.of(newest.id()).unwrap(), UnitOutcome::Kept);

        assert!(matches!(outcomes.of(open.id()), Err(StoreError::Unavailable { .. })));
        let id = open.id().clone();
        drop(open);
        assert_eq!(outcomes.of(&id).unwrap(), UnitOutcome::Forgotten);
        let units = outcomes.units();
        assert_eq!((units.newest.len(), units.old_and_open.len()), (REMEMBERED, 0));
    }
}
