//! Lets one import at a time store in a PostgreSQL database.

use super::source::postgres::{PATIENCE, code, connect};
use crate::failure::{CliError, CliResult};
use sqlx::{Connection, PgConnection, raw_sql};
use std::time::Duration;
use tokio::time::timeout;
use wtb_config::{DatabaseUrl, Settings, StorageMode};

/// How long to wait for the imports before.
const WAIT: Duration = Duration::from_mins(1);

/// Waits for them that long. The lock ends with the transaction, also behind a pooler, and the transaction with the
/// connection; it sees nothing, so the server keeps nothing for it.
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
        match timeout(WAIT + PATIENCE, raw_sql(TAKE).execute(&mut connection)).await {
            Ok(Ok(_)) => Ok(Self(Some(connection))),
            Ok(Err(error)) if code(&error).as_deref() == Some("55P03") => {
                let sentence =
                    format!("other imports into {url} are in the way: import again when they are done");
                Err(CliError::failed(sentence).because(error))
            }
            Ok(Err(error)) => {
                Err(CliError::failed(format!("cannot wait for other imports into {url}")).because(error))
            }
            Err(silence) => Err(CliError::failed(format!("contact with {url} was lost")).because(silence)),
        }
    }

    /// Lets the next import go on.
    pub(super) async fn end(self) {
        if let Some(connection) = self.0 {
            // However it closes, the transaction ends.
            drop(connection.close().await);
        }
    }
}
