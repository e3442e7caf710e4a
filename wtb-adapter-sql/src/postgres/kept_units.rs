//! Which units were kept: each that was identified leaves a row as it commits.
//!
//! The server itself can tell what became of a transaction, by its id. But the ids of those that had not reached the disk
//! are given again after a crash, and those that had not reached a replica after a failover, which is when units are asked
//! about. So the row decides, and the id of the transaction only tells whether it has ended.

use super::transaction::Transaction;
use crate::failure::Failure;
use sqlx::postgres::PgRow;
use sqlx::{Error, Row};
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use wtb_ports::UnitId;

/// Leaves a row, or fails where a trigger or rule leaves it out: a unit that is not noted must not be committed.
macro_rules! note {
    () => {
        "WITH noted AS (INSERT INTO kept_units (began, xid) VALUES (now(), pg_current_xact_id()::text::int8) \
         RETURNING xid) SELECT CASE count(*) WHEN 1 THEN 1 \
         ELSE ('the database accepted no row of kept_units: look for a trigger or rule, rows: ' || count(*))::int END \
         FROM noted"
    };
}
pub(super) use note;

/// The same before what ends the transaction: as text, because a pooler stands in between; prepared for the next time, as
/// the server takes longer to plan it than to execute it; or as it was prepared.
macro_rules! keeping {
    (text, $commit:expr) => {
        concat!($crate::postgres::kept_units::note!(), "; ", $commit)
    };
    (prepare, $commit:expr) => {
        concat!(
            "PREPARE note_unit AS ",
            $crate::postgres::kept_units::note!(),
            "; EXECUTE note_unit; ",
            $commit
        )
    };
    (prepared, $commit:expr) => {
        concat!("EXECUTE note_unit; ", $commit)
    };
}
pub(super) use keeping;

/// Which schema of which database this is. A copy of a database has the same rows, but another number.
pub(super) const PLACE: &str =
    "SELECT (SELECT oid::int8 FROM pg_database WHERE datname = current_database()),
    (SELECT xid FROM kept_units WHERE began = 'epoch')";

/// A schema of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    database: i64,
    /// Absent where somebody deleted the row.
    schema: Option<i64>,
}

impl Place {
    pub(super) fn read(row: &PgRow) -> Result<Self, Error> {
        Ok(Self { database: row.try_get(0)?, schema: row.try_get(1)? })
    }
}

/// What a store knows about the rows.
#[derive(Default)]
pub(super) struct KeptUnits {
    pub(super) place: OnceLock<Place>,
    /// How many units were kept since the last look for those that are too old.
    pub(super) since: AtomicU32,
}

impl KeptUnits {
    /// The id of a unit.
    pub(super) fn id(&self, transaction: Transaction) -> Option<Result<UnitId, Failure>> {
        let Place { database, schema } = self.place.get()?;
        let (schema, began) = (schema.unwrap_or(0), transaction.began.as_micros());
        let id = UnitId::new(format!("{database}.{schema:x}.{}.{began}", transaction.xid));
        Some(id.map_err(|error| Failure::Other(error.into())))
    }
}

/// The schema and the transaction of a unit's id.
pub(super) fn parsed(unit: &UnitId) -> Option<(Place, Transaction)> {
    let mut parts = unit.as_str().split('.');
    let database = parts.next()?.parse().ok()?;
    let schema = u64::from_str_radix(parts.next()?, 16).ok()?.cast_signed();
    let transaction = Transaction::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)?;
    let schema = Some(schema).filter(|schema| *schema != 0);
    parts.next().is_none().then_some((Place { database, schema }, transaction))
}
