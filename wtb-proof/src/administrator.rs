//! Somebody who may do everything on a PostgreSQL server, and who is no part of any store.

use crate::proof::Failure;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, raw_sql};

/// A connection of its own to the database of a store.
pub(crate) struct Administrator {
    connection: PgConnection,
}

impl Administrator {
    /// Connects to the database at `url`.
    ///
    /// # Errors
    /// `Unable` if it does not let anybody in.
    pub(crate) async fn of(url: &str) -> Result<Self, Failure> {
        let options: PgConnectOptions = url.parse().map_err(Failure::unable)?;
        let connected = options.application_name("administrator").connect().await;
        Ok(Self { connection: connected.map_err(Failure::unable)? })
    }

    /// Runs statements.
    ///
    /// # Errors
    /// `Unable` with what the server said.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        let executed = raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await;
        executed.map(drop).map_err(|error| Failure::unable(format_args!("`{sql}`: {error}")))
    }

    /// How many rows a query has.
    ///
    /// # Errors
    /// `Unable` with what the server said.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<usize, Failure> {
        let fetched = raw_sql(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await;
        fetched.map(|rows| rows.len()).map_err(|error| Failure::unable(format_args!("`{sql}`: {error}")))
    }

    /// Ends every other connection to the database.
    ///
    /// # Errors
    /// `Unable` with what the server said.
    pub(crate) async fn end_all_others(&mut self) -> Result<(), Failure> {
        self.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
    }
}
