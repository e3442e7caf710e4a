//! Places in insertion order, and up to which place the audit log is settled.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Hands out places in insertion order.
///
/// All units take them from here when they write, so no two rows ever share a place, and a row has its place, and a
/// cursor its meaning, before the commit. Places of units that fail are lost.
pub(crate) struct Places {
    /// The last place that was handed out.
    last: AtomicI64,
    /// For each open unit that appended to the log, a place that none of its entries is before.
    appending: Mutex<Vec<i64>>,
    /// The smallest of these.
    lowest: AtomicI64,
}

impl Default for Places {
    fn default() -> Self {
        Self { last: AtomicI64::new(0), appending: Mutex::default(), lowest: AtomicI64::new(i64::MAX) }
    }
}

impl Places {
    /// The next place, from 1.
    pub(crate) fn next(&self) -> i64 {
        #[cfg(feature = "interleaving")]
        crate::interleaving::pause();
        self.last.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// To be called before a unit takes its first place in the log: until [`ended`](Self::ended) is called with the
    /// result, the log is not settled from that place on.
    pub(crate) fn appends(&self) -> i64 {
        let first = self.last.load(Ordering::SeqCst) + 1;
        self.note(|appending| appending.push(first));
        first
    }

    /// To be called after the unit was committed, or when it cannot be any more.
    pub(crate) fn ended(&self, first: i64) {
        self.note(|appending| {
            if let Some(index) = appending.iter().position(|open| *open == first) {
                appending.swap_remove(index);
            }
        });
    }

    fn note(&self, change: impl FnOnce(&mut Vec<i64>)) {
        let mut appending = self.appending.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut appending);
        self.lowest.store(appending.iter().copied().min().unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// The place before which the log is settled: a root that is read after this has all entries before that place that
    /// there will ever be.
    ///
    /// An entry at a place before the result has taken that place before `last` was read, so its unit was noted before
    /// `lowest` was read. It is not open any more, so it ended, and its commit is in the root.
    pub(crate) fn settled_before(&self) -> i64 {
        let unused = self.last.load(Ordering::SeqCst) + 1;
        #[cfg(feature = "interleaving")]
        crate::interleaving::pause();
        unused.min(self.lowest.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_settled_before_the_first_entry_of_an_open_unit() {
        let places = Places::default();
        assert_eq!((places.next(), places.settled_before()), (1, 2));
        let (late, early) = (places.appends(), places.appends());
        assert_eq!((places.next(), places.next(), places.settled_before()), (2, 3, 2));
        places.ended(early);
        assert_eq!(places.settled_before(), 2);
        places.ended(late);
        assert_eq!(places.settled_before(), 4);
    }
}
