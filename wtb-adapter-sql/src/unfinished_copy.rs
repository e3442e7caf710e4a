//! Marks a store while it is filled by a copy: an interrupted copy leaves the mark behind.
//!
//! The mark is a row of `kept_units` that is no unit, older than all units and than the row that identifies the store.

use crate::arg::Args;
use crate::engine::Engine;
use crate::statement::Statement;
use wtb_ports::StoreResult;

const SET: &Statement = &Statement::insert(
    "mark the store as being filled",
    "INSERT INTO kept_units VALUES (-1, 'unfinished copy') ON CONFLICT DO NOTHING",
)
.in_postgres("INSERT INTO kept_units VALUES ('-infinity', 0) ON CONFLICT DO NOTHING");

const REMOVE: &Statement =
    &Statement::insert("mark the store as filled", "DELETE FROM kept_units WHERE number = -1")
        .in_postgres("DELETE FROM kept_units WHERE began = '-infinity'");

/// Counts the mark in SQLite.
pub(crate) const COUNT_IN_SQLITE: &str = "SELECT count(*) FROM kept_units WHERE number = -1";
/// Counts the mark in PostgreSQL.
pub(crate) const COUNT_IN_POSTGRES: &str = "SELECT count(*) FROM kept_units WHERE began = '-infinity'";

/// What an operator reads about the mark.
pub(crate) const MESSAGE: &str = "a copy into this store was not finished: unless it still runs, give the same `wtb copy` \
    again with --resume";

/// Sets the mark, or removes it, in the unit of `engine`.
///
/// # Errors
/// As for any write.
pub(crate) async fn set_mark<E: Engine>(engine: E, is_unfinished: bool) -> StoreResult<()> {
    let statement = if is_unfinished { SET } else { REMOVE };
    let executed = engine.execute(statement, Args::default()).await;
    let (engine, _) = executed.map_err(|failure| failure.during_write(statement.operation))?;
    engine.commit().await
}
