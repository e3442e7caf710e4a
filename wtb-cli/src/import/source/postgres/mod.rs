//! Reads a PostgreSQL database in one transaction that cannot write.

mod catalogue;
mod connection;
mod failure;
mod kind;

use super::batch::Batch;
use super::{Source, Table, Value};
use crate::failure::CliResult;
use catalogue::Layout;
use connection::{PATIENCE, SILENCE, answer, connect};
use failure::explain;
use futures_util::TryStreamExt;
use futures_util::stream::{self, BoxStream, StreamExt};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row as _, raw_sql};
use wtb_config::{BoxFuture, PostgresUrl};

/// Begins to read: everything shows one moment, and nothing can be written. Floats come with all their digits, times as the
/// importer reads them even where a pooler drops what the driver asks for, and rows that a policy would hide are an error.
/// Reading may take its time, but not waiting for a lock.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0;
    SET LOCAL client_encoding = 'UTF8';
    SET LOCAL DateStyle = 'ISO, MDY';
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL extra_float_digits = 3;
    SET LOCAL row_security = off;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '5s'";

/// A PostgreSQL database, open in one read transaction.
#[derive(Debug)]
pub(crate) struct PostgresSource {
    name: String,
    connection: PgConnection,
    tables: Vec<Table>,
    /// One for each table.
    layouts: Vec<Layout>,
}

impl PostgresSource {
    /// Connects and begins to read the tables that a query finds without naming a schema.
    ///
    /// # Errors
    /// If the server cannot be reached, or does not let this user read.
    pub(crate) async fn open(url: &PostgresUrl) -> CliResult<Self> {
        let name = url.to_string();
        let mut connection = connect(url, PATIENCE).await?;
        answer(&name, PATIENCE, raw_sql(BEGIN).execute(&mut connection)).await?;
        let found = answer(&name, PATIENCE, catalogue::read(&mut connection)).await?;
        let (tables, layouts) = found.into_iter().unzip();
        Ok(Self { name, connection, tables, layouts })
    }

    fn place(&self, table: &Table) -> Option<usize> {
        self.tables.iter().position(|known| known.name == table.name)
    }
}

impl Source for PostgresSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn tables(&self) -> &[Table] {
        &self.tables
    }

    fn batches<'s>(&'s mut self, table: &'s Table) -> BoxStream<'s, CliResult<Vec<Vec<Value>>>> {
        let Some(place) = self.place(table) else { return stream::empty().boxed() };
        let (name, layout) = (self.name.as_str(), &self.layouts[place]);
        let rows = raw_sql(AssertSqlSafe(layout.rows.as_str())).fetch(&mut self.connection);
        let next = move |rows: Option<BoxStream<'s, sqlx::Result<PgRow>>>| async move {
            let Some(mut rows) = rows else { return Ok(None) };
            let mut batch = Batch::default();
            while !batch.is_full() {
                match answer(name, SILENCE, rows.try_next()).await? {
                    Some(row) => batch.push(layout.values(&row).map_err(|error| explain(name, error))?),
                    None => return Ok(batch.into_rows().map(|rows| (rows, None))),
                }
            }
            Ok(batch.into_rows().map(|batch| (batch, Some(rows))))
        };
        stream::try_unfold(Some(rows), next).boxed()
    }

    /// A table that this user may not read counts as empty: it belongs to somebody else, or reading it fails.
    fn count<'s>(&'s mut self, table: &'s Table) -> BoxFuture<'s, CliResult<u64>> {
        Box::pin(async {
            match self.place(table) {
                Some(place) if self.layouts[place].is_readable => {
                    let sql = AssertSqlSafe(self.layouts[place].count.as_str());
                    let count =
                        async { raw_sql(sql).fetch_one(&mut self.connection).await?.try_get::<i64, _>(0) };
                    Ok(answer(&self.name, SILENCE, count).await?.unsigned_abs())
                }
                _ => Ok(0),
            }
        })
    }

    /// One transaction showed everything.
    fn confirm(&self) -> CliResult<()> {
        Ok(())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        // Everything was read; whether the server hears the goodbye does not matter.
        Box::pin(async move { drop(self.connection.close().await) })
    }
}

#[cfg(test)]
mod on_postgres;
