//! How far a replica must have come to show everything that the units of a store have committed.

use sqlx::postgres::PgRow;
use sqlx::{Error, Row};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Commits, and asks for what [`Told`] reads.
///
/// The flushed part of the log has the commit, unless nobody waited for that. What follows it may stay where no replica
/// gets it for as long as other units are open.
macro_rules! commit_and_tell {
    () => {
        "COMMIT; \
        SELECT (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() \
                                                           ELSE pg_current_wal_flush_lsn() END - '0/0')::int8, \
               pg_snapshot_xmin(now)::text::int8, pg_snapshot_xmax(now)::text::int8 \
        FROM pg_current_snapshot() AS now"
    };
}
pub(super) use commit_and_tell;

/// A place in the log of the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct LogPlace(i64);

impl From<i64> for LogPlace {
    /// The place after so many bytes.
    fn from(bytes: i64) -> Self {
        Self(bytes)
    }
}

/// As PostgreSQL writes it.
impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

/// What the primary said after a commit.
struct Told {
    /// Whatever ended before the primary said this is before this place.
    place: LogPlace,
    /// Every transaction with a lower number has ended.
    all_ended_below: i64,
    /// Every transaction that has written so far has a lower number.
    next: i64,
}

impl Told {
    fn read(row: &PgRow) -> Result<Self, Error> {
        let place = LogPlace(row.try_get(0)?);
        Ok(Self { place, all_ended_below: row.try_get(1)?, next: row.try_get(2)? })
    }
}

/// What the units of a store have committed.
pub(super) struct OwnWrites(Mutex<State>);

struct State {
    newest: LogPlace,
    /// How many commits nobody heard the outcome of, ever.
    unheard: u64,
    /// There is one that may still be kept, and at an unknown place.
    doubt: Option<Doubt>,
}

/// The transaction of the doubt has ended when all have that were there at a time after it began.
struct Doubt {
    /// The number that all of them are below, as soon as that is known.
    until: Option<i64>,
}

impl OwnWrites {
    /// Of a store that has committed nothing that is not before this place.
    pub(super) fn since(place: LogPlace) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { newest: place, unheard: 0, doubt: None })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place before which everything is that was committed; none while that is not known.
    pub(super) fn place(&self) -> Option<LogPlace> {
        let state = self.state();
        state.doubt.is_none().then_some(state.newest)
    }

    /// To be called before a commit is sent.
    pub(super) fn committing(self: &Arc<Self>) -> Committing {
        Committing { own_writes: Some(Arc::clone(self)), unheard: self.state().unheard }
    }
}

/// A commit whose outcome is not known yet. Dropping it means that nobody will hear of it.
pub(super) struct Committing {
    own_writes: Option<Arc<OwnWrites>>,
    unheard: u64,
}

impl Committing {
    /// It is kept, and this row answers [`commit_and_tell`].
    pub(super) fn kept(self, row: &PgRow) {
        match Told::read(row) {
            Ok(told) => self.told(&told),
            Err(error) => tracing::warn!(%error, "the primary does not tell where a commit is in its log"),
        }
    }

    fn told(mut self, told: &Told) {
        let Some(own_writes) = self.own_writes.take() else { return };
        let mut state = own_writes.state();
        state.newest = state.newest.max(told.place);
        // What was asked before the doubt arose says nothing about it.
        if state.unheard != self.unheard {
            return;
        }
        let until = state.doubt.as_mut().map(|doubt| *doubt.until.get_or_insert(told.next));
        if until.is_some_and(|until| until <= told.all_ended_below) {
            state.doubt = None;
        }
    }

    /// It is not kept.
    pub(super) fn refused(mut self) {
        self.own_writes = None;
    }
}

impl Drop for Committing {
    fn drop(&mut self) {
        let Some(own_writes) = self.own_writes.take() else { return };
        let mut state = own_writes.state();
        state.unheard += 1;
        state.doubt = Some(Doubt { until: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(place: i64, all_ended_below: i64, next: i64) -> Told {
        Told { place: LogPlace(place), all_ended_below, next }
    }

    fn own_writes() -> Arc<OwnWrites> {
        OwnWrites::since(LogPlace(1))
    }

    #[test]
    fn places_are_written_as_postgresql_writes_them() {
        assert_eq!(LogPlace(0x16_B374_D848).to_string(), "16/B374D848");
        assert_eq!(LogPlace(1 << 32).to_string(), "1/0");
    }

    #[test]
    fn the_newest_place_counts_whichever_answer_comes_last() {
        let own = own_writes();
        let [one, two] = [own.committing(), own.committing()];
        two.told(&told(20, 5, 5));
        one.told(&told(10, 5, 5));
        assert_eq!(own.place(), Some(LogPlace(20)));
        own.committing().refused();
        assert_eq!(own.place(), Some(LogPlace(20)));
    }

    #[test]
    fn after_a_commit_without_an_answer_no_place_is_known() {
        let own = own_writes();
        drop(own.committing());
        assert_eq!(own.place(), None);
    }

    #[test]
    fn a_doubt_ends_when_all_that_was_open_has_ended() {
        let own = own_writes();
        drop(own.committing());
        own.committing().told(&told(10, 5, 8));
        assert_eq!(own.place(), None, "one of 5, 6 and 7 may be the one");
        own.committing().told(&told(20, 7, 12));
        assert_eq!(own.place(), None, "7 may be the one");
        own.committing().told(&told(30, 8, 15));
        assert_eq!(own.place(), Some(LogPlace(30)));
    }

    #[test]
    fn a_doubt_ends_at_once_when_nothing_is_open() {
        let own = own_writes();
        drop(own.committing());
        own.committing().told(&told(10, 8, 8));
        assert_eq!(own.place(), Some(LogPlace(10)));
    }

    #[test]
    fn an_answer_to_what_was_asked_before_a_doubt_does_not_end_it() {
        let own = own_writes();
        let earlier = own.committing();
        drop(own.committing());
        earlier.told(&told(10, 8, 8));
        assert_eq!(own.place(), None);
        let later = own.committing();
        drop(own.committing());
        later.told(&told(20, 9, 9));
        assert_eq!(own.place(), None, "there is a later doubt");
    }
}
