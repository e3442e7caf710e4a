//! The end of a wait, however long it is.

use std::time::Duration;
use tokio::time::Instant;

/// Where a wait is longer than a clock can count.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

/// The end of a wait that begins now.
pub(crate) fn deadline_after(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait).unwrap_or(now + FOR_EVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_waits_have_a_deadline() {
        assert!(deadline_after(Duration::MAX) > Instant::now());
    }
}
