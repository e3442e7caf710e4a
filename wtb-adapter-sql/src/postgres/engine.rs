//! The engine for PostgreSQL: every call gives the connection away and gets it back with the answer.

use super::bulk::{self, IDS};
use super::connect::survives;
use super::copy;
use super::kept_units::{PLACE, Place, keeping};
use super::large_values::{LargeValues, Measured, STORED_BYTES, measuring_text};
use super::lease::Lease;
use super::own_writes::{OwnWrites, commit_and_tell};
use super::pool::{Idle, Pool};
use super::transaction::Transaction;
use super::values::{bound, bound_by_column, bound_ids};
use crate::arg::Args;
use crate::constraints::UniqueIndex;
use crate::engine::{Engine, Ran};
use crate::failure::{Failure, is_stale_statement, proves_rollback};
use crate::process::Misuse;
use crate::read_row::read_row;
use crate::record::{Record, Table, count_of};
use crate::statement::{InTheWay, Statement};
use crate::tables::audit_logs::Settled;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{AssertSqlSafe, Connection, Either, Row, SqlSafeStr, raw_sql};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use wtb_domain::AuditEntry;
use wtb_ports::{Cursor, Page, PageBuilder, PageRequest, StoreError, StoreResult, UnitId};

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
        self,
        sql: &'static str,
        args: PgArguments,
        mut read: impl FnMut(PgRow) -> Result<T, Failure> + Send,
    ) -> Ran<Self, Vec<T>> {
        let mut found = Vec::new();
        let visit = |row| {
            found.push(read(row)?);
            Ok(())
        };
        let (engine, ()) = self.visit_rows(sql, args, visit).await?;
        Ok((engine, found))
    }

    /// Runs a statement that answers rows, and shows each to `visit` as it comes.
    async fn visit_rows(
        mut self,
        sql: impl SqlSafeStr,
        args: PgArguments,
        mut visit: impl FnMut(PgRow) -> Result<(), Failure> + Send,
    ) -> Ran<Self, ()> {
        let mut idle = self.lease.take()?;
        let query = sqlx::query_with(sql, args).persistent(!self.lease.options().pooler);
        let reading = timeout(self.patience(), async {
            let mut rows = query.fetch(&mut idle.connection);
            let mut visited = Ok(());
            // After a row that cannot be read, the others are taken off the connection all the same.
            while let Some(row) = rows.try_next().await? {
                if visited.is_ok() {
                    visited = visit(row);
                }
            }
            Ok(visited)
        });
        let answer = reading.await;
        let (engine, visited) = self.answered(idle, answer)?;
        visited.map(|()| (engine, ()))
    }

    /// Adds the next rows of a list to a page, at most one more than it has room for, of which the last only shows that
    /// there are more. `has_more` becomes true if there are.
    async fn fill<R: Record>(
        self,
        statement: &'static Statement,
        args: PgArguments,
        cursor_of: CursorOf,
        found: &mut PageBuilder<R>,
        has_more: &mut bool,
    ) -> Ran<Self, ()> {
        let visit = |row: PgRow| {
            if found.is_full() {
                *has_more = true;
            } else {
                let (place, entity) = read_row(&row)?;
                found.push(cursor_of(&row, place)?, entity);
            }
            Ok(())
        };
        let (engine, ()) = self.visit_rows(statement.for_postgres(), args, visit).await?;
        if found.bytes_left() == 0 { engine.shrink().await } else { Ok((engine, ())) }
    }

    /// Frees the buffers of the connection, which may be as large as the two largest rows that were read.
    async fn shrink(mut self) -> Ran<Self, ()> {
        let mut idle = self.lease.take()?;
        idle.connection.shrink_buffers();
        // One of them is only freed as the next message comes.
        let answer = timeout(self.patience(), idle.connection.ping()).await;
        self.answered(idle, answer)
    }

    fn large_values(&self) -> &LargeValues {
        &self.pool().large_values
    }

    /// Whether the table of `R` has many bytes of large values.
    async fn has_large_values<R: Record>(self) -> Ran<Self, bool> {
        if let Some(are_many) = self.large_values().are_many::<R>() {
            return Ok((self, are_many));
        }
        let (engine, rows) = self.rows(STORED_BYTES, bound(&Args::default().text(R::TABLE))?).await?;
        let stored = rows.first().map(|row| row.try_get(0)).transpose()?;
        let are_many = engine.large_values().learn::<R>(stored);
        Ok((engine, are_many))
    }

    /// A page of a table with large values: the server measures the next rows, then sends as many as the page needs.
    async fn measured_page<R: Record>(
        self,
        statement: &'static Statement,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Page<R>> {
        let mut engine = self;
        let mut found = PageBuilder::new(page.limit);
        loop {
            let stored = engine.large_values().stored_for::<R>(found.bytes_left());
            let after = found.last().or(page.after);
            let asked = args.clone().page(after, found.room() + 1).count(stored as u64);
            let sql = AssertSqlSafe(measuring_text::<R>(statement.for_postgres(), asked.as_slice().len()));
            let mut measured = Measured::default();
            let read = |row: PgRow| {
                measured = Measured::read(&row)?;
                Ok(())
            };
            (engine, ()) = engine.visit_rows(sql, bound(&asked)?, read).await?;
            let (room, missing) = (found.room(), found.bytes_left());
            let mut has_more = false;
            // That there is a row after the last that has room is known already.
            let asked = args.clone().page(after, measured.fitting.min(room));
            (engine, ()) =
                engine.fill(statement, bound(&asked)?, AT_PLACE, &mut found, &mut has_more).await?;
            let added = room - found.room();
            engine.large_values().learn_ratio::<R>(missing - found.bytes_left(), measured.stored_of(added));
            has_more |= measured.rows > added;
            if found.is_full() || !has_more {
                return Ok((engine, found.finish(has_more)));
            }
        }
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

    /// Stores rows in one statement.
    async fn insert_few<R: Record>(self, rows: &[R]) -> Result<Self, Failure> {
        let values = bulk::values(rows);
        let args = || bound_by_column(&values, count_of(R::BOUND));
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

    /// Asks once which schema of which database this is.
    async fn placed(self) -> Result<Self, Failure> {
        let pool = Arc::clone(self.pool());
        if pool.kept_units.place.get().is_some() {
            return Ok(self);
        }
        let (engine, rows) = self.rows(PLACE, bound(&Args::default())?).await?;
        let place = Place::read(rows.first().ok_or(sqlx::Error::RowNotFound)?)?;
        pool.kept_units.place.get_or_init(|| place);
        Ok(engine)
    }
}

/// Makes the cursor after a row from its place.
type CursorOf = fn(&PgRow, i64) -> Result<Cursor, sqlx::Error>;

/// In a list in the order of places.
const AT_PLACE: CursorOf = |_, place| Ok(Cursor::at(place));

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
    ) -> Ran<Self, Page<R>> {
        let (engine, has_large_values) = self.has_large_values::<R>().await?;
        if has_large_values {
            return engine.measured_page(statement, args, page).await;
        }
        let mut found = PageBuilder::new(page.limit);
        let mut has_more = false;
        let args = bound(&args.page(page.after, found.room() + 1))?;
        let (engine, ()) = engine.fill(statement, args, AT_PLACE, &mut found, &mut has_more).await?;
        if found.bytes_left() == 0 {
            engine.large_values().learn_of_many::<R>();
        }
        Ok((engine, found.finish(has_more)))
    }

    async fn settled(
        self,
        list: &'static Settled,
        args: Args<'_>,
        page: PageRequest,
    ) -> Ran<Self, Page<AuditEntry>> {
        let (mut engine, mut found, mut has_more) = (self, PageBuilder::new(page.limit), false);
        let mut after = page.after.unwrap_or(Cursor::at(i64::MIN));
        if after.transaction() == 0 {
            let args = bound(&args.clone().page(Some(after), found.room() + 1))?;
            (engine, ()) = engine.fill(list.before, args, AT_PLACE, &mut found, &mut has_more).await?;
            after = Cursor::at(i64::MIN);
        }
        if !has_more {
            let args = args.integer(after.transaction()).page(Some(after), found.room() + 1);
            let in_transaction = |row: &PgRow, place| {
                row.try_get(row.len() - 1).map(|transaction| Cursor::in_transaction(transaction, place))
            };
            (engine, ()) =
                engine.fill(list.ended, bound(&args)?, in_transaction, &mut found, &mut has_more).await?;
        }
        Ok((engine, found.finish(has_more)))
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
        if bulk::fits(&rows) {
            if !rows.is_empty() {
                engine = engine.insert_few(&rows).await?;
            }
            return Ok((engine, rows));
        }
        for streamed in copy::streams(&rows) {
            engine = engine.copy_in(streamed).await?;
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
                Err(failure(error, in_recovery).during_write("commit"))
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
