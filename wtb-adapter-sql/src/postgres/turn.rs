//! The right to fill a store while nobody else does: an advisory lock.

use super::PostgresStore;
use super::session::milliseconds;
use crate::deadline::deadline_after;
use crate::failure::{Failure, sqlstate};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, raw_sql};
use std::time::Duration;
use tokio::time::timeout;
use wtb_ports::{StoreError, StoreResult};

/// The right to fill a store while nobody else does, until it is ended or dropped.
#[derive(Debug)]
pub struct PostgresTurn {
    connection: PgConnection,
    /// How long to wait for the server to say goodbye.
    wait: Duration,
}

impl PostgresStore {
    /// Waits until nobody else fills the store, for this long at most; nothing if somebody still does then.
    ///
    /// A turn has a connection of its own beside those of the units.
    ///
    /// # Errors
    /// `Unavailable` when the server does not answer in time.
    pub async fn take_turn(&self, wait: Duration) -> StoreResult<Option<PostgresTurn>> {
        let options = &self.primary.options;
        self.primary.process.check_for("take a turn")?;
        let mut connection = self.primary.open(deadline_after(options.wait)).await?.connection;
        // The lock ends with the transaction, also behind a pooler, and that with the connection. Between two statements a
        // transaction at READ COMMITTED has no snapshot, so the server keeps nothing for it however long it takes.
        let text = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED;
             SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
                 ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout');
             SET LOCAL lock_timeout = {};
             SELECT pg_advisory_xact_lock(hashtextextended('wtb turn {}', 0))",
            milliseconds(wait),
            options.schema,
        );
        let take = raw_sql(AssertSqlSafe(text)).execute(&mut connection);
        match timeout(wait.saturating_add(options.wait), take).await {
            Ok(Ok(_)) => Ok(Some(PostgresTurn { connection, wait: options.wait })),
            Ok(Err(error)) if sqlstate(&error).as_deref() == Some("55P03") => Ok(None),
            Ok(Err(error)) => Err(Failure::from(error).during("take a turn")),
            Err(elapsed) => Err(StoreError::Unavailable {
                waited_for: "the server to answer".into(),
                source: Some(elapsed.into()),
            }),
        }
    }
}

impl PostgresTurn {
    /// Ends it, so that the next one can begin at once.
    pub async fn end(mut self) {
        // Whatever comes of it, the transaction ends with the connection.
        let ended = timeout(self.wait, async {
            raw_sql("ROLLBACK").execute(&mut self.connection).await?;
            self.connection.close().await
        });
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::debug!("the connection of a turn did not close well");
        }
    }
}
