//! Where the present time comes from.

use std::fmt::Debug;
use std::time::SystemTime;
use wtb_domain::Timestamp;

/// Tells the present time.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        // A machine whose clock is outside the years 1 to 9999 has no time worth keeping.
        Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_does_not_stand_in_1970() {
        assert!(SystemClock.now() > Timestamp::from_micros(1_700_000_000_000_000).unwrap());
    }
}
