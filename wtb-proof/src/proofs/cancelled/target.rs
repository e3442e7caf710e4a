//! What can be given up half-way.

use std::fmt;
use wtb_contract::{Call, reads, samples, writes};
use wtb_domain::AuditEntry;
use wtb_ports::{BoxUnitOfWork, StoreResult};

/// More rows than any store writes or commits on the calling thread.
const MANY: usize = 1_100;

/// What is given up half-way.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Begin,
    BeginRead,
    BeginReadOwnWrites,
    /// A begin that waits for a unit, which ends meanwhile.
    WaitingBegin,
    /// A call of a repository.
    Call(Call),
    /// A call that appends many entries at once.
    LargeAppend,
    Commit,
    /// A commit of many entries.
    LargeCommit,
    Rollback,
}

impl Target {
    /// Those that may keep what was written although they are given up.
    pub(super) const COMMITS: [Self; 2] = [Self::Commit, Self::LargeCommit];

    /// All others: nothing is ever kept.
    pub(super) fn keeping_nothing() -> Vec<Self> {
        let mut targets = vec![Self::Begin, Self::BeginRead, Self::BeginReadOwnWrites, Self::WaitingBegin];
        targets.extend([writes(), reads()].concat().into_iter().map(Self::Call));
        targets.extend([Self::LargeAppend, Self::Rollback]);
        targets
    }

    /// Whether what was written may be kept although it is given up.
    pub(super) fn may_keep(self) -> bool {
        matches!(self, Self::Commit | Self::LargeCommit)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin => "begin",
            Self::BeginRead => "begin_read",
            Self::BeginReadOwnWrites => "begin_read_own_writes",
            Self::WaitingBegin => "a begin that waits",
            Self::Call(call) => call.name,
            Self::LargeAppend => "a large append_logs",
            Self::Commit => "commit",
            Self::LargeCommit => "a large commit",
            Self::Rollback => "rollback",
        })
    }
}

/// Appends many entries.
pub(super) async fn append_many(unit: &mut BoxUnitOfWork) -> StoreResult<()> {
    let entries: Vec<AuditEntry> = (0..MANY).map(|entry| samples::audit_entry(&entry.to_string())).collect();
    unit.audit_logs().append_logs(None, entries).await
}
