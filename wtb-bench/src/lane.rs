//! A kind of store with what its commits promise: contestants are only compared within one.

use crate::place::StoreKind;
use crate::workload::Workload;
use wtb_config::Synchronous;

/// A kind of store, and when its commits are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) store: StoreKind,
    /// For SQLite.
    pub(crate) synchronous: Synchronous,
}

impl Lane {
    /// All of them, in the order in which they run.
    pub(crate) const ALL: [Self; 4] = [
        Self { store: StoreKind::Memory, synchronous: Synchronous::Normal },
        Self { store: StoreKind::Sqlite, synchronous: Synchronous::Normal },
        Self { store: StoreKind::Sqlite, synchronous: Synchronous::Full },
        Self { store: StoreKind::Postgres, synchronous: Synchronous::Full },
    ];

    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match (self.store, self.synchronous) {
            (StoreKind::Sqlite, Synchronous::Full) => "SQLite, synchronous = full",
            (StoreKind::Sqlite, Synchronous::Normal) => "SQLite, synchronous = normal",
            (store, _) => store.name(),
        }
    }

    /// Whether a workload tells something here that it does not tell elsewhere: reads wait for no disk.
    pub(crate) const fn has(self, workload: Workload) -> bool {
        match (self.store, self.synchronous) {
            (StoreKind::Sqlite, Synchronous::Full) => {
                matches!(workload, Workload::W1 | Workload::W1c | Workload::W6 | Workload::W7)
            }
            _ => true,
        }
    }
}
