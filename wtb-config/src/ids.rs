//! Where identifiers come from in production.

use std::sync::Mutex;
use uuid::{ContextV7, Timestamp as UuidTime, Uuid};
use wtb_domain::Timestamp;
use wtb_ports::{Clock, IdGenerator, SystemClock};

/// Counts the identifiers that are made within a millisecond.
static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// Makes identifiers of version 7: unique everywhere, and in the order they were made within a process.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidIds;

impl IdGenerator for UuidIds {
    fn next_uuid(&self) -> u128 {
        made_at(SystemClock.now()).as_u128()
    }
}

/// Where the clock is before 1970, which these identifiers cannot tell, one of the start of 1970.
#[expect(clippy::disallowed_methods, reason = "this is the one place that makes identifiers")]
fn made_at(now: Timestamp) -> Uuid {
    let now = now.max(Timestamp::UNIX_EPOCH).as_micros().unsigned_abs();
    let nanos = u32::try_from(now % 1_000_000 * 1_000).unwrap_or_default();
    Uuid::new_v7(UuidTime::from_unix(&CONTEXT, now / 1_000_000, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_of_version_7_and_rise() {
        let made: Vec<u128> = (0..10_000).map(|_| UuidIds.next_uuid()).collect();
        assert!(made.is_sorted_by(|earlier, later| earlier < later));
        assert!(made.iter().all(|id| Uuid::from_u128(*id).get_version_num() == 7));
    }

    #[test]
    fn a_clock_before_1970_makes_identifiers_too() {
        let years = [i64::MIN, -62_135_596_800_000_000, -1, 0].map(Timestamp::from_micros);
        let made: Vec<Uuid> = years.into_iter().flatten().map(made_at).collect();
        assert_eq!(made.len(), 3);
        assert!(made.is_sorted_by(|earlier, later| earlier < later));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        let now = SystemClock.now().as_micros().unsigned_abs() / 1_000_000;
        // One of the future would be the time of all identifiers after it.
        assert!(made.iter().all(|id| id.get_timestamp().is_some_and(|time| time.to_unix().0 <= now)));
    }
}
