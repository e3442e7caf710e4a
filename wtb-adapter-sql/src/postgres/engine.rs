//! The engine for PostgreSQL: every call gives the connection away and gets it back with the answer.

use super::bulk::{self, IDS};
use super::connect::survives;
use super::copy;
use super::kept_units::{Transaction, keeping};
use super::lease::Lease;
use super::own_writes::{OwnWrites, commit_and_tell};
use super::pool::{Idle, Pool};
use super::values::{bound, bound_by_column, bound_ids};
use crate::arg::Args;
use crate::constraints::UniqueIndex;
use crate::engine::{Engine, Ran, with_surplus};
use crate::failure::{Failure, is_stale_statement, proves_rollback};
use crate::process::Misuse;
use crate::record::{Record, Table, count_of, read_row};
use crate::statement::{InTheWay, Statement};
use crate::tables::audit_logs::Settled;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Either, Row, raw_sql};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use wtb_domain::AuditEntry;
use wtb_ports::{Cursor, Page, PageRequest, StoreError, StoreResult, UnitId};

/// An open transaction on a connection that goes home when the engine is dropped.
pub(super) struct PostgresEngine {
    lease: Lease,
    /// The transaction, if it may write.
    transaction: Option<Transaction>,
    /// Whether it can be asked later what became of it.
    is_identified: bool,
    /// Where commits are noted, if the store also reads elsewhere.
    own_writes: Option<Arc<OwnWrites>>,
}

impl PostgresEngine {
    /// An engine in the transaction that is open on `lease`, which may write; its commit is noted in `own_writes`.
    pub(super) fn writing(
        lease: Lease,
        transaction: Transaction,
        own_writes: Option<Arc<OwnWrites>>,
    ) -> Self {
        Self { lease, transaction: Some(transaction), is_identified: false, own_writes }
    }

    /// An engine in the transaction that is open on `lease`, which only reads.
    pub(super) fn reading(lease: Lease) -> Self {
        Self { lease, transaction: None, is_identified: false, own_writes: None }
    }

    /// Where its connection is at home.
    pub(super) fn pool(&self) -> &Arc<Pool> {
        self.lease.pool()
    }

    /// How long to wait for an answer: it may be on its way for longer than the server works on it.
    fn patience(&self) -> Duration {
        let options = self.lease.options();
        options.statement_timeout.saturating_add(options.wait)
    }

    /// Runs a statement that answers no rows.
    ///
    /// Whoever drops the future of a call drops the connection with it, so that no half-read answer ever goes home.
    pub(super) async fn change(mut self, sql: &'static str, args: PgArguments) -> Ran<Self, u64> {
        let mut idle = self.lease.take()?;
        let query = sqlx::query_with(sql, args).persistent(!self.lease.options().pooler);
        let answer = timeout(self.patience(), query.execute(&mut idle.connection)).await;
        let (engine, changed) = self.answered(idle, answer)?;
        Ok((engine, changed.rows_affected()))
    }

    /// Runs a statement that answers rows.
    pub(super) async fn rows(self, sql: &'static str, args: PgArguments) -> Ran<Self, Vec<PgRow>> {
        self.read_rows(sql, args, Ok).await
    }

    /// Runs a statement that answers rows, and makes something of each as it comes: the server goes on meanwhile.
    async fn read_rows<T: Send>(
        mut self,
        sql: &'static str,
        args: PgArguments,
        read: impl Fn(PgRow) -> Result<T, Failure> + Send,
    ) -> Ran<Self, Vec<T>> {
        let mut idle = self.lease.take()?;
        let query = sqlx::query_with(sql, args).persistent(!self.lease.options().pooler);
        let reading = timeout(self.patience(), async {
            let mut rows = query.fetch(&mut idle.connection);
            let (mut found, mut unreadable) = (Vec::new(), None);
            // After a row that cannot be read, the others are taken off the connection all the same.
            while let Some(row) = rows.try_next().await? {
                match read(row) {
                    Ok(row) => found.push(row),
                    Err(failure) => unreadable = unreadable.or(Some(failure)),
                }
            }
            Ok(unreadable.map_or(Ok(found), Err))
        });
        let answer = reading.await;
        let (engine, found) = self.answered(idle, answer)?;
        Ok((engine, found?))
    }

    /// Sends rows in one stream; answers how many were stored.
    async fn stream<R: Record>(mut self, rows: &[R]) -> Ran<Self, u64> {
        let mut idle = self.lease.take()?;
        let answer = timeout(self.patience(), copy::copy_in(&mut idle.connection, rows)).await;
        self.answered(idle, answer)
    }

    /// Stores rows in one stream, after a look at those that the unit sees.
    async fn copy_in<R: Record>(self, rows: &[R]) -> Result<Self, Failure> {
        let Some(sql) = bulk::seen_text::<R>() else {
            let (engine, stored) = self.stream(rows).await?;
            return engine.stored_all::<R>(stored, rows.len());
        };
        let (keys, width) = bulk::keys(rows);
        let (engine, answer) = self.rows(sql, bound_by_column(&keys, width)?).await?;
        let is_seen: bool = answer.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        let streamed = engine.stream(rows).await;
        if is_seen {
            let (engine, stored) = streamed?;
            return Err(engine.stored_all::<R>(stored, rows.len()).err().unwrap_or_else(seen_no_more));
        }
        let (engine, stored) = streamed.map_err(|failure| unless_twice(failure, rows))?;
        engine.stored_all::<R>(stored, rows.len())
    }

    /// Stores rows in one statement, which has `args`.
    async fn insert_chunk<R: Record>(self, rows: &[R], args: &Args<'_>) -> Result<Self, Failure> {
        let args = || bound_by_column(args, count_of(R::BOUND));
        let inserted = self.change(bulk::guarded_insert_text::<R>(), args()?).await;
        let (engine, stored) = inserted.map_err(|failure| unless_twice(failure, rows))?;
        if stored > 0 || UniqueIndex::of(R::ENTITY).next().is_none() {
            return engine.stored_all::<R>(stored, rows.len());
        }
        let (engine, stored) = engine.change(bulk::insert_text::<R>(), args()?).await?;
        Err(engine.stored_all::<R>(stored, rows.len()).err().unwrap_or_else(seen_no_more))
    }

    /// Goes on after all rows were stored.
    fn stored_all<R: Record>(self, stored: u64, given: usize) -> Result<Self, Failure> {
        if stored == given as u64 { Ok(self) } else { Err(Failure::left_out::<R>(stored, given)) }
    }

    /// Ends a call: the connection goes on, or home, or is closed.
    fn answered<T>(mut self, idle: Idle, answer: Result<Result<T, sqlx::Error>, Elapsed>) -> Ran<Self, T> {
        match answer {
            Ok(Ok(answer)) => {
                self.lease.put_back(idle);
                Ok((self, answer))
            }
            Ok(Err(error)) => {
                let in_recovery = idle.in_recovery;
                if survives(&error) {
                    self.lease.put_back(idle);
                }
                if is_stale_statement(&error) {
                    self.pool().renew_all();
                }
                Err(failure(error, in_recovery))
            }
            Err(elapsed) => {
                Err(Failure::Busy { waited_for: "the server to answer".into(), source: elapsed.into() })
            }
        }
    }

    /// Ends the transaction with statement `last` of `sql`, and answers the row that is asked for after that.
    ///
    /// Whatever happens on the way to the row, the transaction has ended.
    async fn end(
        mut self,
        sql: &'static str,
        last: usize,
        has_prepared_note: bool,
    ) -> Result<Option<PgRow>, Unended> {
        let patience = self.patience();
        let mut idle = self.lease.take().map_err(Unended::Misused)?;
        let (mut has_ended, mut row, mut done) = (false, None, 0);
        let answered = timeout(patience, async {
            let mut answers = raw_sql(sql).fetch_many(&mut idle.connection);
            while let Some(answer) = answers.try_next().await? {
                match answer {
                    Either::Left(_) => {
                        done += 1;
                        has_ended = done >= last;
                    }
                    Either::Right(answer) if has_ended => row = Some(answer),
                    Either::Right(_) => {}
                }
            }
            Ok::<_, sqlx::Error>(())
        });
        match answered.await {
            Ok(Ok(())) => {
                idle.has_prepared_note = has_prepared_note;
                self.lease.ended(idle);
            }
            _ if has_ended => {}
            Ok(Err(error)) => {
                // After an error the server skips the rest of the text.
                let not_reached = error.as_database_error().is_some() && done + 1 < last;
                let is_rolled_back = not_reached || proves_rollback(&error);
                return Err(Unended::Refused { error, is_rolled_back, in_recovery: idle.in_recovery });
            }
            Err(elapsed) => return Err(Unended::NoAnswer(elapsed)),
        }
        Ok(row)
    }
}

/// A unit would break a rule by the rows that it sees, but not by the newest ones.
fn seen_no_more() -> Failure {
    Failure::Conflict("another unit deleted or changed a row that this unit still sees".into())
}

/// What a refusal means to a unit that sees no row in the way of these: a conflict, unless two of them are alike.
fn unless_twice<R: Record>(failure: Failure, rows: &[R]) -> Failure {
    match &failure {
        Failure::Taken { index, .. } if bulk::has_twice(rows, index) => failure,
        _ => failure.unless_seen(InTheWay::SameKey),
    }
}

/// Why it is not known that a transaction has ended; its connection is closed.
enum Unended {
    Refused {
        error: sqlx::Error,
        /// Whether it is certain that the transaction was rolled back.
        is_rolled_back: bool,
        in_recovery: Option<bool>,
    },
    NoAnswer(Elapsed),
    /// Nothing was sent.
    Misused(Misuse),
}

/// What an error means, by whether its server follows another one.
fn failure(error: sqlx::Error, in_recovery: Option<bool>) -> Failure {
    if in_recovery == Some(true) { Failure::of_replica(error) } else { error.into() }
}

impl Engine for PostgresEngine {
    async fn execute(self, statement: &'static Statement, args: Args<'_>) -> Ran<Self, u64> {
        let Some(guarded) = statement.guarded else {
            return self.change(statement.for_postgres(), bound(&args)?).await;
        };
        let changed = self.change(guarded.sql, bound(&args)?).await;
        let (engine, changed) = changed.map_err(|failure| failure.unless_seen(guarded.against))?;
        if changed > 0 {
            return Ok((engine, changed));
        }
        // Either there is nothing to change, or the unit sees a row in the way: whether that is still there decides.
        match engine.change(statement.for_postgres(), bound(&args)?).await? {
            (engine, 0) => Ok((engine, 0)),
            _ => Err(seen_no_more()),
        }
    }

    async fn find<R: Record>(self, statement: &'static Statement, args: Args<'_>) -> Ran<Self, Option<R>> {
        let read = |row| Ok(read_row::<R>(&row)?.1);
        let (engine, mut found) = self.read_rows(statement.for_postgres(), bound(&args)?, read).await?;
        Ok((engine, found.pop()))
    }

    async fn page<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Vec<(i64, R)>> {
        let args = bound(&args.page(page.after, with_surplus(page)))?;
        self.read_rows(statement.for_postgres(), args, |row| read_row(&row)).await
    }

    async fn settled(
        self,
        list: &'static Settled,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Page<AuditEntry>> {
        let (mut engine, mut found) = (self, Vec::new());
        let (rows, mut after) = (with_surplus(page), page.after.unwrap_or(Cursor::at(i64::MIN)));
        if after.transaction() == 0 {
            let args = bound(&args.clone().page(Some(after), rows))?;
            let read = |row| read_row(&row).map(|(place, entry)| (Cursor::at(place), entry));
            (engine, found) = engine.read_rows(list.before.for_postgres(), args, read).await?;
            after = Cursor::at(i64::MIN);
        }
        if found.len() < rows {
            let args = args.integer(after.transaction()).page(Some(after), rows - found.len());
            let read = |row: PgRow| {
                let (place, entry) = read_row(&row)?;
                let transaction = row.try_get(row.len() - 1)?;
                Ok((Cursor::in_transaction(transaction, place), entry))
            };
            let (same, ended) = engine.read_rows(list.ended.for_postgres(), bound(&args)?, read).await?;
            engine = same;
            found.extend(ended);
        }
        Ok((engine, Page::from_surplus(found, page.limit)))
    }

    async fn read_each<T: Table>(self, ids: &[T::Id]) -> Ran<Self, Vec<T>> {
        let mut engine = self;
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS) {
            let read = |row| {
                let entity = read_row::<T>(&row)?.1;
                Ok((entity.id().clone(), entity))
            };
            let (same, entities) =
                engine.read_rows(bulk::read_each_text::<T>(), bound_ids(ids)?, read).await?;
            engine = same;
            let entities: HashMap<_, _> = entities.into_iter().collect();
            found.extend(ids.iter().filter_map(|id| entities.get(id)).cloned());
        }
        Ok((engine, found))
    }

    async fn insert<R: Record>(self, rows: Vec<R>) -> Ran<Self, Vec<R>> {
        let mut engine = self;
        let mut inserted = 0;
        if rows.len() > bulk::ROWS {
            for rows in rows.chunks(copy::ROWS) {
                engine = engine.copy_in(rows).await?;
            }
            return Ok((engine, rows));
        }
        while inserted < rows.len() {
            let (args, count) = bulk::chunk(&rows[inserted..]);
            engine = engine.insert_chunk(&rows[inserted..inserted + count], &args).await?;
            inserted += count;
        }
        Ok((engine, rows))
    }

    async fn identify(self) -> Ran<Self, UnitId> {
        let mut engine = self.placed().await?;
        let id = engine.transaction.and_then(|transaction| engine.pool().kept_units.id(transaction));
        let id = id.ok_or_else(|| Failure::Other("the transaction has no id".into()))??;
        engine.is_identified = true;
        Ok((engine, id))
    }

    async fn commit(self) -> StoreResult<()> {
        let committing = self.own_writes.as_ref().map(OwnWrites::committing);
        let is_text = self.lease.options().pooler;
        let is_prepared = self.lease.has_prepared_note();
        let (sql, last) = match (self.is_identified, is_text, is_prepared, &committing) {
            (false, _, _, None) => ("COMMIT", 1),
            (false, _, _, Some(_)) => (commit_and_tell!(), 1),
            (true, true, _, None) => (keeping!(text, "COMMIT"), 2),
            (true, true, _, Some(_)) => (keeping!(text, commit_and_tell!()), 2),
            (true, false, true, None) => (keeping!(prepared, "COMMIT"), 2),
            (true, false, true, Some(_)) => (keeping!(prepared, commit_and_tell!()), 2),
            (true, false, false, None) => (keeping!(prepare, "COMMIT"), 3),
            (true, false, false, Some(_)) => (keeping!(prepare, commit_and_tell!()), 3),
        };
        let has_prepared_note = is_prepared || (self.is_identified && !is_text);
        let of_kept = self.is_identified.then(|| Arc::clone(self.pool()));
        match self.end(sql, last, has_prepared_note).await {
            Ok(row) => {
                if let Some(pool) = of_kept {
                    pool.unit_is_kept();
                }
                if let (Some(committing), Some(row)) = (committing, row) {
                    committing.kept(&row);
                }
                Ok(())
            }
            Err(Unended::Refused { error, is_rolled_back: true, in_recovery }) => {
                if let Some(committing) = committing {
                    committing.refused();
                }
                Err(failure(error, in_recovery).during("commit"))
            }
            Err(Unended::Refused { error, .. }) => Err(StoreError::OutcomeUnknown { source: error.into() }),
            Err(Unended::Misused(misuse)) => {
                Err(StoreError::Backend { operation: "commit", source: misuse.into() })
            }
            Err(Unended::NoAnswer(elapsed)) => Err(StoreError::OutcomeUnknown { source: elapsed.into() }),
        }
    }

    async fn rollback(self) -> StoreResult<()> {
        let has_prepared_note = self.lease.has_prepared_note();
        // Closing the connection rolls back too, so that nothing is kept in any case.
        self.end("ROLLBACK", 1, has_prepared_note).await.map(drop).map_err(|unended| match unended {
            Unended::Refused { error, in_recovery, .. } => failure(error, in_recovery).during("roll back"),
            Unended::Misused(misuse) => StoreError::Backend { operation: "roll back", source: misuse.into() },
            Unended::NoAnswer(elapsed) => StoreError::Unavailable {
                waited_for: "the server to roll back".into(),
                source: Some(elapsed.into()),
            },
        })
    }
}
