//! Looking up the outcomes of units, and forgetting those of the oldest.

use super::engine::PostgresEngine;
use super::kept_units::{Place, parsed};
use super::pool::Pool;
use super::transaction::Transaction;
use super::values::bound;
use crate::arg::Args;
use crate::deadline::deadline_after;
use crate::failure::Failure;
use sqlx::{Error, Row};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use wtb_ports::{StoreError, StoreResult, UnitId, UnitOutcome};

/// How many units are remembered: the newest by their time, and those among as many of the last transactions of the server.
/// The clock of a server may be set back, and the ids of transactions begin anew in another cluster.
const REMEMBERED: i64 = 100_000;
/// How many units a store keeps before it looks for those that are too old.
const BETWEEN_LOOKS: u32 = 1_000;

/// The first pause between two questions about a unit that has not ended; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// The longest of them.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Which schema of which database this is, and whether transaction `$1` that began at `$2` has ended, has a row, or began
/// before the newest `$3`.
const LOOK: &str = "SELECT (SELECT oid::int8 FROM pg_database WHERE datname = current_database()),
    (SELECT xid FROM kept_units WHERE began = 'epoch'),
    pg_visible_in_snapshot($1::text::xid8, pg_current_snapshot()),
    EXISTS (SELECT FROM kept_units WHERE began = $2 AND xid = $1),
    coalesce($2 < (SELECT began FROM kept_units ORDER BY began DESC OFFSET $3 - 1 LIMIT 1), false)";

const FORGET: &str = "DELETE FROM kept_units WHERE began > 'epoch' AND xid < $2
    AND began < (SELECT began FROM kept_units ORDER BY began DESC OFFSET $1 - 1 LIMIT 1)";

impl Pool {
    /// To be called after a unit was kept: sees to it, now and then, that those that are too old are forgotten.
    pub(super) fn unit_is_kept(self: &Arc<Self>) {
        if self.kept_units.since.fetch_add(1, Ordering::Relaxed) + 1 < BETWEEN_LOOKS {
            return;
        }
        self.kept_units.since.store(0, Ordering::Relaxed);
        let pool = Arc::clone(self);
        tokio::spawn(async move {
            // Two that forget at the same time may meet; the next one makes up for it.
            if let Err(error) = forget_all_but(&pool, REMEMBERED).await {
                tracing::debug!(%error, "old units are not forgotten yet");
            }
        });
    }
}

async fn forget_all_but(pool: &Arc<Pool>, newest: i64) -> StoreResult<()> {
    let operation = "forget old units";
    let (lease, transaction) = pool.begin_to_write(deadline_after(pool.options.wait)).await?;
    let engine = PostgresEngine::writing(lease, transaction, None);
    let args = Args::default().integer(newest).integer(transaction.before_the_last(newest));
    let args = bound(&args).map_err(|error| Failure::from(error).during(operation))?;
    let (engine, _) = engine.change(FORGET, args).await.map_err(|failure| failure.during(operation))?;
    crate::engine::Engine::commit(engine).await
}

/// What became of a unit; waits for its end.
///
/// # Errors
/// `Unavailable` when it has not ended in time, or when the server cannot be asked in time.
pub(super) async fn outcome_of(pool: &Arc<Pool>, unit: &UnitId) -> StoreResult<UnitOutcome> {
    let Some((place, asked)) = parsed(unit) else { return Ok(UnitOutcome::Forgotten) };
    let deadline = deadline_after(pool.options.wait);
    let not_ended = || StoreError::Unavailable {
        waited_for: format!("the end of a unit in {}", pool.name()).into(),
        source: None,
    };
    let mut pause = FIRST_PAUSE;
    loop {
        // Only a server that can be written to knows, and each look needs a snapshot of its own.
        let (lease, own) = match pool.begin_to_write(deadline).await {
            // It was there a moment ago: what has taken all of the time is the unit.
            Err(StoreError::Unavailable { .. }) if pause > FIRST_PAUSE => return Err(not_ended()),
            begun => begun?,
        };
        let engine = PostgresEngine::writing(lease, own, None);
        let looked = look(engine, place, asked, own, REMEMBERED).await;
        if let Some(outcome) = looked.map_err(|failure| failure.during("ask what became of a unit"))? {
            return Ok(outcome);
        }
        if Instant::now() + pause >= deadline {
            return Err(not_ended());
        }
        sleep(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// What became of a transaction; nothing yet if it has not ended.
async fn look(
    engine: PostgresEngine,
    place: Place,
    asked: Transaction,
    own: Transaction,
    remembered: i64,
) -> Result<Option<UnitOutcome>, Failure> {
    let args = Args::default().integer(asked.xid).time(asked.began).integer(remembered);
    let (engine, rows) = engine.rows(LOOK, bound(&args)?).await?;
    // It goes home by itself.
    drop(engine);
    let row = rows.first().ok_or(Error::RowNotFound)?;
    let (has_ended, is_kept, began_before): (bool, bool, bool) =
        (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    let is_too_old = began_before && asked.xid < own.before_the_last(remembered);
    // Whoever asks has a greater id, unless the server lost the transaction that is asked about.
    let has_ended = has_ended || asked.xid >= own.xid;
    Ok(match () {
        () if Place::read(row)? != place => Some(UnitOutcome::Forgotten),
        () if is_kept => Some(UnitOutcome::Kept),
        () if !has_ended => None,
        () if is_too_old => Some(UnitOutcome::Forgotten),
        () => Some(UnitOutcome::NotKept),
    })
}

#[cfg(test)]
mod on_postgres;
