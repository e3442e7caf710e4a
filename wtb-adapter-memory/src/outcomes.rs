//! What became of the units that were identified.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOutcome};

/// The units of a store that were identified, in the order of their numbers, for as long as the store is there: a byte
/// for each.
pub(crate) struct Outcomes {
    /// Tells the units of this store from those of others.
    store: u64,
    units: Mutex<Vec<State>>,
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
    fn units(&self) -> MutexGuard<'_, Vec<State>> {
        self.units.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Identifies a unit that is open.
    pub(crate) fn open(self: &Arc<Self>) -> StoreResult<Identified> {
        let mut units = self.units();
        let number = units.len();
        let id = UnitId::new(format!("{:016x}.{number}", self.store))
            .map_err(|error| StoreError::Backend { operation: "identify a unit", source: error.into() })?;
        units.push(State::Open);
        Ok(Identified { id, number, outcomes: Arc::clone(self) })
    }

    /// What became of a unit; nobody waits for one that is open.
    pub(crate) fn of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        let number = unit.as_str().split_once('.').and_then(|(store, number)| {
            let store = u64::from_str_radix(store, 16).ok()?;
            if store == self.store { number.parse::<usize>().ok() } else { None }
        });
        match number.and_then(|number| self.units().get(number).copied()) {
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
    number: usize,
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
        if let Some(state @ State::Open) = self.outcomes.units().get_mut(self.number) {
            *state = ended;
        }
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
}
