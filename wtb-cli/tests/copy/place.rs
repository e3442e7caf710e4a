//! Where a test copies to: what the kinds of databases do differently.

use crate::bench::Bench;

/// A database of some kind. The statements that cases give it mean the same in every kind.
pub(crate) trait Place: Sized {
    /// One without tables, or that is not there yet.
    async fn new(bench: &Bench) -> Self;

    /// Where it is.
    fn url(&self) -> String;

    /// Whether there is anything at all.
    async fn is_there(&self) -> bool;

    /// Runs statements.
    async fn execute(&self, sql: &str);

    /// The number that a query answers; `None` while it cannot be answered.
    async fn number(&self, sql: &str) -> Option<i64>;

    /// Lets whoever appends to the audit log hang when it has this many entries, in the middle of a unit.
    async fn stall_at(&self, entries: i64);

    /// Lets nobody hang any more who begins after this.
    async fn go_on(&self);
}
