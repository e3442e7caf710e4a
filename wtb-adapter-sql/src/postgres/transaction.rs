//! The identity of a transaction that may write.

use sqlx::postgres::PgRow;
use sqlx::{Error, Row};
use wtb_domain::Timestamp;

/// A transaction that may write: its id, which another cluster may have too, and its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) xid: i64,
    pub(super) began: Timestamp,
}

impl Transaction {
    /// What a session asks for as the transaction begins.
    pub(super) const COLUMNS: &str = "CASE WHEN NOT current_setting('transaction_read_only')::bool \
         THEN pg_current_xact_id()::text::int8 END, (extract(epoch FROM now()) * 1000000)::int8";

    /// Reads these columns from the given place on.
    pub(super) fn read(row: &PgRow, first: usize) -> Result<Self, Error> {
        Self::new(row.try_get(first)?, row.try_get(first + 1)?)
            .ok_or_else(|| Error::Decode("a transaction outside of the years 1 to 9999".into()))
    }

    pub(super) fn new(xid: i64, began: i64) -> Option<Self> {
        let began = Timestamp::from_micros(began)?;
        (xid > 0).then_some(Self { xid, began })
    }

    /// What the ids of all but the last `newest` transactions are below.
    pub(super) fn before_the_last(self, newest: i64) -> i64 {
        self.xid.saturating_sub(newest)
    }
}
