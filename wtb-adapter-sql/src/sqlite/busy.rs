//! Waiting for a lock that another process holds, without blocking a thread.

use rusqlite::ffi;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// Another process passes its lock on from unit to unit, and leaves it only for microseconds: whoever looks seldom meets those
/// seldom, and waits for longer than the units of that process.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// Whether something is locked that will be free again.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|code| code.extended_code & 0xff == ffi::SQLITE_BUSY)
}

/// Growing pauses between attempts, until a deadline.
///
/// The pauses are drawn at random, so that those who wait together do not come back together.
pub(super) struct Patience {
    deadline: Instant,
    longest: Duration,
}

impl Patience {
    pub(super) fn until(deadline: Instant) -> Self {
        Self { deadline, longest: FIRST_PAUSE }
    }

    /// Pauses before another attempt and answers true, or answers false once the deadline is over.
    pub(super) async fn pause(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.deadline {
            return false;
        }
        let half = self.longest / 2;
        let drawn = u32::from(RandomState::new().hash_one(()).to_le_bytes()[0]);
        sleep_until((now + half + half * drawn / 255).min(self.deadline)).await;
        self.longest = (self.longest * 2).min(LONGEST_PAUSE);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn patience_ends_with_one_last_attempt_at_the_deadline() {
        let begin = Instant::now();
        let mut patience = Patience::until(begin + Duration::from_millis(500));
        let mut attempts = 0;
        while patience.pause().await {
            attempts += 1;
        }
        assert_eq!(Instant::now() - begin, Duration::from_millis(500));
        assert!((10..100).contains(&attempts), "{attempts}");
    }
}
