//! Where identifiers come from in production.

use uuid::Uuid;
use wtb_ports::IdGenerator;

/// Makes identifiers of version 7: unique everywhere, and in the order they were made within a process.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidIds;

impl IdGenerator for UuidIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes identifiers")]
    fn next_uuid(&self) -> u128 {
        Uuid::now_v7().as_u128()
    }
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
}
