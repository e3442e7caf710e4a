//! A store with a pool of one, and what looks at it from outside.

use super::observer::Observer;
use crate::proof::Failure;
use crate::stores::{Adapter, OpenStore, database, folder, postgres_options, sqlite_options};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use wtb_adapter_sql::{postgres, sqlite};

/// How long a unit waits for its turn; longer than any attempt, so that to wait in vain means that nobody will end.
const WAIT: Duration = Duration::from_secs(10);

/// Opens a store with so many connections: one that writes and so many that read, where those are not the same.
///
/// # Errors
/// `Unable` if it cannot be opened.
pub(super) async fn open(
    adapter: Adapter,
    connections: NonZeroU32,
) -> Result<(OpenStore, Observer), Failure> {
    match adapter {
        Adapter::Memory => Ok((adapter.open().await?, Observer::None)),
        Adapter::Sqlite => {
            let folder = folder()?;
            let options = sqlite_options(&folder).max_readers(connections).wait(WAIT);
            let observer = Observer::Sqlite(options.path.clone());
            let store = sqlite::open(options).await.map_err(Failure::unable)?;
            Ok((OpenStore::new(Arc::new(store), folder), observer))
        }
        Adapter::Postgres => {
            let database = database().await?;
            let observer = Observer::of_database(database.url()).await?;
            let options = postgres_options(database.url()).max_connections(connections).wait(WAIT);
            let store = postgres::open(options).await.map_err(Failure::unable)?;
            Ok((OpenStore::new(Arc::new(store), database), observer))
        }
    }
}
