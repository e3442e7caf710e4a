//! Where new identifiers come from.

use std::sync::atomic::{AtomicU64, Ordering};

/// Makes identifiers that were never used before.
///
/// ```
/// use wtb_domain::ExecutionId;
/// use wtb_ports::{CountingIds, IdGenerator};
///
/// let ids = CountingIds::default();
/// let id = ExecutionId::from_uuid(ids.next_uuid());
/// assert_eq!(id.as_str(), "00000000-0000-0000-0000-000000000001");
/// ```
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdGenerator: Send + Sync {
    /// The 128 bits of a UUID that was never answered before.
    fn next_uuid(&self) -> u128;
}

/// Counts 1, 2, 3, …: for tests and examples, where the same run should make the same identifiers.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl IdGenerator for CountingIds {
    fn next_uuid(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_ids_count_from_one() {
        let ids = CountingIds::default();
        assert_eq!([ids.next_uuid(), ids.next_uuid(), ids.next_uuid()], [1, 2, 3]);
    }
}
