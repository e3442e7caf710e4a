//! Lets one import at a time store in a PostgreSQL database.

use super::source::postgres::{PATIENCE, code, connect};
use crate::failure::{CliError, CliResult};
use sqlx::{Connection, PgConnection, raw_sql};
use wtb_config::{DatabaseUrl, Settings, StorageMode};

/// Waits for the import before, a minute at most. The lock ends with the transaction, also behind a pooler, and the
/// transaction with the connection; it sees nothing, so nothing is kept for it.
const TAKE: &str = "BEGIN;
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '1min';
    SELECT pg_advisory_xact_lock(hashtextextended('wtb import', 0))";

/// The right of one import to store, until it ends or is dropped.
///
/// Which audit entries are missing is known by counting those that are stored, and appending never meets appending: two
/// imports that count at the same time would both append. Other stores let one writer in at a time.
#[derive(Debug, Default)]
pub(super) struct Turn(Option<PgConnection>);

impl Turn {
    /// Waits for a turn at the store that `settings` name.
    ///
    /// # Errors
    /// If another import does not end in time, or the server cannot be reached.
    pub(super) async fn take(settings: &Settings) -> CliResult<Self> {
        let (StorageMode::Sql, DatabaseUrl::Postgres(url)) = (settings.storage.mode, &settings.storage.url)
        else {
            return Ok(Self::default());
        };
        let mut connection = connect(url, PATIENCE).await?;
        raw_sql(TAKE).execute(&mut connection).await.map_err(|error| {
            CliError::failed(match code(&error).as_deref() {
                Some("55P03") => {
                    format!("other imports into {url} are in the way: import again when they are done")
                }
                _ => format!("cannot wait for other imports into {url}"),
            })
            .because(error)
        })?;
        Ok(Self(Some(connection)))
    }

    /// Lets the next import go on.
    pub(super) async fn end(self) {
        if let Some(connection) = self.0 {
            // However it closes, the transaction ends.
            drop(connection.close().await);
        }
    }
}
