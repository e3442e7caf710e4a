//! Beginning a transaction on a connection of a pool: one from home if it is as good as a new one.

use super::connect::survives;
use super::kept_units::Transaction;
use super::lease::Lease;
use super::pool::{Idle, Pool};
use super::session::Begun;
use crate::failure::Failure;
use crate::unit::Access;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Error, raw_sql};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// Why there is no transaction on a connection; it is closed.
enum Unbegun {
    NoAnswer,
    TookOver,
    OnlyReads,
    Refused(Error),
}

impl Pool {
    /// A connection in a new transaction that may write.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time, or none that can be written to.
    pub(super) async fn begin_to_write(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> StoreResult<(Lease, Transaction)> {
        let turn = self.turn(deadline).await?;
        let text = &self.begin_texts().write;
        let (lease, rows) = self.begin_with(turn, Access::Write, text, deadline).await?;
        let transaction = rows.last().ok_or(Error::RowNotFound);
        let transaction = transaction.and_then(|row| Transaction::read(row, Begun::WIDTH));
        Ok((lease, transaction.map_err(|error| Failure::from(error).during("begin"))?))
    }

    /// A connection in a new transaction that only reads.
    ///
    /// # Errors
    /// `Unavailable` when there is none in time.
    pub(super) async fn begin_to_read(self: &Arc<Self>, deadline: Instant) -> StoreResult<Lease> {
        let turn = self.turn(deadline).await?;
        let text = &self.begin_texts().read;
        Ok(self.begin_with(turn, Access::Read, text, deadline).await?.0)
    }

    /// The same in a turn that was waited for, with a `text` whose last answer is that of the pool's own; and all that
    /// it answers.
    pub(super) async fn begin_with(
        self: &Arc<Self>,
        turn: OwnedSemaphorePermit,
        access: Access,
        text: &Arc<str>,
        deadline: Instant,
    ) -> StoreResult<(Lease, Vec<PgRow>)> {
        let now = Instant::now();
        // Nothing comes from a connection whose other end is out of reach: half of the time is for those, half for a
        // new one. Only a pooler may let a sound one wait, and there a new one would have to wait for longer.
        let half = if self.options.pooler { deadline } else { now + (deadline - now) / 2 };
        loop {
            let at_home = if Instant::now() < half { self.take_idle() } else { None };
            let is_new = at_home.is_none();
            let (idle, until) = match at_home {
                Some(idle) => (idle, half),
                None => (self.open(deadline).await?, deadline),
            };
            match Self::begin_on(idle, access, text, until).await {
                Ok((idle, rows)) => return Ok((Lease::new(idle, Arc::clone(self), turn), rows)),
                // It was open before the server took over; whether it should have is for a new one to find out.
                Err(Unbegun::TookOver) => {}
                // It was open before the server became a replica; a new one may find the server that took over.
                Err(Unbegun::OnlyReads) if !is_new => {}
                Err(Unbegun::NoAnswer) if !is_new && !self.options.pooler => {}
                // It died at home.
                Err(Unbegun::Refused(error)) if !is_new && !survives(&error) => {}
                Err(unbegun) => return Err(self.told(unbegun)),
            }
        }
    }

    async fn begin_on(
        mut idle: Idle,
        access: Access,
        text: &Arc<str>,
        until: Instant,
    ) -> Result<(Idle, Vec<PgRow>), Unbegun> {
        let answer = raw_sql(AssertSqlSafe(Arc::clone(text))).fetch_all(&mut idle.connection);
        let answer = timeout_at(until, answer).await.map_err(|_| Unbegun::NoAnswer)?;
        let rows = answer.map_err(Unbegun::Refused)?;
        let begun = Begun::read(&rows).map_err(Unbegun::Refused)?;
        if idle.in_recovery.is_some_and(|before| before != begun.in_recovery) {
            return Err(Unbegun::TookOver);
        }
        if begun.only_reads && access == Access::Write {
            return Err(Unbegun::OnlyReads);
        }
        idle.in_recovery = Some(begun.in_recovery);
        Ok((idle, rows))
    }

    fn told(&self, unbegun: Unbegun) -> StoreError {
        match unbegun {
            Unbegun::NoAnswer | Unbegun::TookOver => self.unavailable("an answer of", None),
            Unbegun::OnlyReads => self.unavailable("a server that can be written to as", None),
            Unbegun::Refused(error) => Failure::from(error).during("begin"),
        }
    }
}
