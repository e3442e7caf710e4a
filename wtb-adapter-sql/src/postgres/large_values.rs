//! Which tables hold large values: what is read of them is measured by the server before it is sent.
//!
//! The server sends all that a statement asks for, and nothing stops it in the middle. So a page whose size is not known
//! must not be asked for by rows alone: a hundred rows may be gigabytes.

use crate::record::Record;
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use wtb_domain::EntityKind;

/// How long it is believed that a table has no large values.
const BELIEVED: Duration = Duration::from_mins(1);
/// Bytes of large values, compressed, below which a table is read without measuring.
const FEW_BYTES: i64 = 4 << 20;
/// How many times larger values are than what is stored of them, until it is known better.
const USUAL_RATIO: usize = 8;
/// The bytes of a table's large values, which the server stores apart from the rows: `$1` is the name of the table.
pub(super) const STORED_BYTES: &str = "SELECT coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0) \
                                       FROM pg_class WHERE oid = to_regclass($1)";

/// What is known about the values of each table.
#[derive(Debug, Default)]
pub(super) struct LargeValues([Mutex<Known>; EntityKind::ALL.len()]);

#[derive(Debug, Clone, Copy, Default)]
enum Known {
    #[default]
    Nothing,
    /// Few bytes of them, at that moment.
    Few(Instant),
    /// Many bytes, up to so many times what is stored of them.
    Many { ratio: usize },
}

impl LargeValues {
    fn of<R: Record>(&self) -> MutexGuard<'_, Known> {
        self.0[R::ENTITY as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the table of `R` has many bytes of them; `None` when the server has to be asked.
    pub(super) fn are_many<R: Record>(&self) -> Option<bool> {
        match *self.of::<R>() {
            Known::Few(since) if since.elapsed() < BELIEVED => Some(false),
            Known::Many { .. } => Some(true),
            Known::Few(_) | Known::Nothing => None,
        }
    }

    /// Learns how many [`STORED_BYTES`] there are; `None` where the table is not found. Answers whether they are many.
    pub(super) fn learn<R: Record>(&self, stored: Option<i64>) -> bool {
        let are_few = stored.is_some_and(|bytes| bytes <= FEW_BYTES);
        *self.of::<R>() =
            if are_few { Known::Few(Instant::now()) } else { Known::Many { ratio: USUAL_RATIO } };
        !are_few
    }

    /// Learns that rows were as large as a page although the table had few of them.
    pub(super) fn learn_of_many<R: Record>(&self) {
        let mut known = self.of::<R>();
        if !matches!(*known, Known::Many { .. }) {
            *known = Known::Many { ratio: USUAL_RATIO };
        }
    }

    /// How many stored bytes to ask for to get about `bytes`.
    pub(super) fn stored_for<R: Record>(&self, bytes: usize) -> usize {
        match *self.of::<R>() {
            Known::Many { ratio } => bytes.div_ceil(ratio),
            Known::Nothing | Known::Few(_) => bytes.div_ceil(USUAL_RATIO),
        }
    }

    /// Learns how large rows turned out to be of which so many bytes are stored.
    pub(super) fn learn_ratio<R: Record>(&self, bytes: usize, stored: usize) {
        if let Known::Many { ratio } = &mut *self.of::<R>() {
            // One region of a table may be compressed better than the next, so a ratio that was high is left slowly.
            *ratio = (*ratio / 2).max(bytes.div_ceil(stored.max(1))).max(1);
        }
    }
}

/// What the server measured of the rows that a statement lists.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// How many of the first ones to ask for.
    pub(super) fitting: usize,
    /// The stored bytes of these.
    stored: usize,
    /// How many there are.
    pub(super) rows: usize,
}

impl Measured {
    /// Reads the answer to [`measuring_text`].
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let number = |column| {
            row.try_get::<i64, usize>(column).map(|number| usize::try_from(number).unwrap_or_default())
        };
        Ok(Self { fitting: number(0)?, stored: number(1)?, rows: number(2)? })
    }

    /// About how many stored bytes the first so many of the fitting rows have.
    pub(super) fn stored_of(&self, rows: usize) -> usize {
        self.stored / self.fitting.max(1) * rows
    }
}

/// Measures what `sql`, which lists rows of `R`, would answer: how many of its first rows have less than so many stored
/// bytes before them, how many stored bytes these have, and how many rows there are. The last of its `parameters` is the
/// number of bytes. Nothing large is read for that.
pub(crate) fn measuring_text<R: Record>(sql: &str, parameters: usize) -> String {
    let (_, rows) = sql.split_once(" FROM ").unwrap_or_default();
    let sizes: Vec<_> =
        R::BOUND.split(", ").map(|name| format!("coalesce(pg_column_size({name}), 0)")).collect();
    let size = sizes.join(" + ");
    format!(
        "SELECT count(*) FILTER (WHERE total - bytes < ${parameters}), \
         coalesce(max(total) FILTER (WHERE total - bytes < ${parameters}), 0)::bigint, count(*) \
         FROM (SELECT bytes, sum(bytes) OVER (ROWS UNBOUNDED PRECEDING) AS total \
         FROM (SELECT ({size})::bigint AS bytes FROM {rows}) AS listed) AS measured"
    )
}
