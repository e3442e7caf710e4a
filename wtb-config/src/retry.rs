//! How long something is tried again, and the pauses between attempts.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;
use tokio::time::Instant;

/// A pause is at least this long at most: a store that fails at once is not asked without any pause for a whole window.
const SHORTEST_BOUND: Duration = Duration::from_millis(1);

/// How long a unit is retried, and how long the pauses between its attempts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// For how long attempts are repeated, counted from the end of the first one that failed; zero for a single attempt.
    /// The last attempt begins when this time is over, so a call may take longer.
    pub window: Duration,
    /// The longest pause before the second attempt; it doubles with each attempt. Less than a millisecond counts as one.
    pub base_delay: Duration,
    /// The longest pause before any attempt. Less than a millisecond counts as one.
    pub max_delay: Duration,
}

impl RetryPolicy {
    /// The pause after `attempt` (from 1) failed: random, so that units that met do not meet again.
    fn delay(&self, attempt: u32) -> Duration {
        let base = self.base_delay.max(SHORTEST_BOUND);
        let longest = base.saturating_mul(1 << (attempt - 1).min(31)).min(self.max_delay.max(SHORTEST_BOUND));
        let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(random() % micros.saturating_add(1))
    }
}

/// A random number, good enough to spread pauses: the standard library keys every hasher anew.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The attempts at one thing that have failed.
pub(crate) struct Retries {
    policy: RetryPolicy,
    /// How many failed, and when the first of them did.
    failed: u32,
    first: Option<Instant>,
}

impl Retries {
    /// None has failed yet.
    pub(crate) const fn new(policy: RetryPolicy) -> Self {
        Self { policy, failed: 0, first: None }
    }

    /// Waits after a failed attempt; `false`, without waiting, when that was the last one.
    pub(crate) async fn pause(&mut self) -> bool {
        let now = Instant::now();
        let left = self.policy.window.saturating_sub(now - *self.first.get_or_insert(now));
        if left.is_zero() {
            return false;
        }
        self.failed = self.failed.saturating_add(1);
        // A pause never goes beyond the window: the last attempt is made at its end.
        let delay = self.policy.delay(self.failed).min(left);
        tracing::debug!(attempt = self.failed, ?delay, "the attempt failed and is repeated");
        tokio::time::sleep(delay).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn policy(base_ms: u64, max_ms: u64) -> RetryPolicy {
        RetryPolicy {
            window: Duration::MAX,
            base_delay: Duration::from_millis(base_ms),
            max_delay: Duration::from_millis(max_ms),
        }
    }

    fn longest_of_many(policy: RetryPolicy, attempt: u32) -> Duration {
        (0..1_000).map(|_| policy.delay(attempt)).max().unwrap()
    }

    #[test]
    fn pauses_are_random_and_their_bound_doubles_up_to_the_maximum() {
        for (attempt, bound_ms) in [(1, 10), (2, 20), (4, 80), (5, 100), (255, 100), (u32::MAX, 100)] {
            let bound = Duration::from_millis(bound_ms);
            let longest = longest_of_many(policy(10, 100), attempt);
            assert!(longest <= bound && longest > bound * 9 / 10, "attempt {attempt}: {longest:?}");
        }
    }

    #[test]
    fn there_is_a_pause_also_where_none_was_asked_for() {
        for policy in [policy(0, 0), policy(1_000, 0)] {
            let longest = longest_of_many(policy, 7);
            assert!(longest <= SHORTEST_BOUND && longest > SHORTEST_BOUND / 2, "{longest:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_without_end_does_not_overflow() {
        let mut retries = Retries::new(policy(10, 100));
        assert!(retries.pause().await);
    }
}
