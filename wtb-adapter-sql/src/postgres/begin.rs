//! Beginning a transaction on a connection of a pool: one from home if it is as good as a new one.

use super::connect::{hung_up, is_of_another_connection, survives, unreachable};
use super::lease::Lease;
use super::own_writes::LogPlace;
use super::pool::Pool;
use super::session::Begun;
use super::transaction::Transaction;
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
        let (lease, rows) = self.begin_with(turn, Access::Write, None, deadline).await?;
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
        Ok(self.begin_with(turn, Access::Read, None, deadline).await?.0)
    }

    /// The same in a turn that was waited for, and all that the server answers: first whether it had everything before a
    /// place in its log by then, if one is given.
    pub(super) async fn begin_with(
        self: &Arc<Self>,
        mut turn: OwnedSemaphorePermit,
        access: Access,
        after: Option<LogPlace>,
        deadline: Instant,
    ) -> StoreResult<(Lease, Vec<PgRow>)> {
        let now = Instant::now();
        // Nothing comes from a connection whose other end is out of reach: half of the time is for those, half for a
        // new one. Only a pooler may let a sound one wait, and there a new one would have to wait for longer.
        let half = if self.options.pooler { deadline } else { now + (deadline - now) / 2 };
        loop {
            let at_home = if Instant::now() < half { self.take_idle() } else { None };
            let is_new = at_home.is_none();
            let (idle, until) = if let Some(idle) = at_home {
                (idle, half)
            } else {
                let (idle, permit) = self.open_for(turn, deadline).await?;
                turn = permit;
                (idle, deadline)
            };
            // If this future is dropped, the transaction is rolled back and the connection stays.
            let mut lease = Lease::new(idle, Arc::clone(self), turn);
            let unbegun = match lease.begin(access, after, until).await {
                Ok(rows) => return Ok((lease, rows)),
                Err(unbegun) => unbegun,
            };
            let Some(permit) = lease.close() else { return Err(self.told(unbegun)) };
            turn = permit;
            match unbegun {
                // It was open before the server took over; whether it should have is for a new one to find out.
                Unbegun::TookOver => {}
                // It was open before the server became a replica; a new one may find the server that took over.
                Unbegun::OnlyReads if !is_new => {}
                Unbegun::NoAnswer if !is_new && !self.options.pooler => {}
                // It died at home.
                Unbegun::Refused(error) if !is_new && !survives(&error) => {}
                // The proxy before the server lost it since the connection was opened.
                Unbegun::Refused(error) if hung_up(&error) && Instant::now() < deadline => {}
                unbegun => return Err(self.told(unbegun)),
            }
        }
    }

    fn told(&self, unbegun: Unbegun) -> StoreError {
        match unbegun {
            Unbegun::NoAnswer | Unbegun::TookOver => self.unavailable("an answer of", None),
            Unbegun::OnlyReads => self.unavailable("a server that can be written to as", None),
            // Only a pooler hands on the server of a new connection, and that again and again.
            Unbegun::Refused(error) if is_of_another_connection(&error) => {
                let source = unreachable(&self.options, Some(error)).into();
                StoreError::Backend { operation: "begin", source }
            }
            Unbegun::Refused(error) => Failure::from(error).during("begin"),
        }
    }
}

impl Lease {
    /// Begins a transaction; after an error its connection must not be used again.
    async fn begin(
        &mut self,
        access: Access,
        after: Option<LogPlace>,
        until: Instant,
    ) -> Result<Vec<PgRow>, Unbegun> {
        let idle = self.connection().ok_or(Unbegun::NoAnswer)?;
        let text = match (access, after) {
            (Access::Write, _) => Arc::clone(&idle.begin.write),
            (Access::Read, None) => Arc::clone(&idle.begin.read),
            (Access::Read, Some(place)) => idle.begin.read_after(place),
        };
        let answer = raw_sql(AssertSqlSafe(text)).fetch_all(&mut idle.connection);
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
        Ok(rows)
    }
}
