//! Where histories run: a store that is empty before each of them.

use super::meetings::Overlap;
use crate::proof::Failure;
use crate::stores::{self, Adapter, OpenStore};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions, raw_sql};
use std::fmt;
use std::sync::Arc;
use wtb_ports::UnitOfWorkFactory;

/// Empties every table; children before what they refer to.
const CLEAR: &str = "DELETE FROM evaluation_results; DELETE FROM node_boundaries; DELETE FROM node_variants;
     DELETE FROM checkpoint_files; DELETE FROM executions; DELETE FROM workflows; DELETE FROM audit_logs;";

/// A store that is empty before each history, and how far its units may overlap.
pub(super) struct Ground {
    adapter: Adapter,
    pub(super) overlaps: &'static [Overlap],
    place: Place,
}

enum Place {
    /// A new store for each history.
    New(fn() -> Arc<dyn UnitOfWorkFactory>),
    /// One store for all, and another connection that empties it.
    Sqlite(OpenStore, rusqlite::Connection),
    Postgres(OpenStore, PgConnection),
}

impl Ground {
    /// Stores in memory, made so.
    pub(super) fn in_memory(make: fn() -> Arc<dyn UnitOfWorkFactory>) -> Self {
        let overlaps = &[Overlap::OneWriter, Overlap::UntilTheyMeet, Overlap::Free];
        Self { adapter: Adapter::Memory, overlaps, place: Place::New(make) }
    }

    /// A store of each adapter.
    ///
    /// # Errors
    /// `Unable` if there is none.
    pub(super) async fn of_each_adapter() -> Result<Vec<Self>, Failure> {
        let memory = Self::in_memory(|| Arc::new(wtb_adapter_memory::open()));
        Ok(vec![memory, Self::on_sqlite().await?, Self::on_postgres().await?])
    }

    async fn on_sqlite() -> Result<Self, Failure> {
        let folder = stores::folder()?;
        let options = stores::sqlite_options(&folder);
        let connection = rusqlite::Connection::open(&options.path).map_err(Failure::unable)?;
        let store = wtb_adapter_sql::sqlite::open(options).await.map_err(Failure::unable)?;
        let place = Place::Sqlite(OpenStore::new(Arc::new(store), folder), connection);
        Ok(Self { adapter: Adapter::Sqlite, overlaps: &[Overlap::OneWriter], place })
    }

    async fn on_postgres() -> Result<Self, Failure> {
        let database = stores::database().await?;
        let options: PgConnectOptions = database.url().parse().map_err(Failure::unable)?;
        let connection = options.connect().await.map_err(Failure::unable)?;
        let options = stores::postgres_options(database.url());
        let store = wtb_adapter_sql::postgres::open(options).await.map_err(Failure::unable)?;
        Ok(Self::of_postgres(OpenStore::new(Arc::new(store), database), connection))
    }

    /// This store, and another connection to its database that empties it.
    pub(super) fn of_postgres(store: OpenStore, connection: PgConnection) -> Self {
        let overlaps = &[Overlap::OneWriter, Overlap::UntilTheyMeet];
        Self { adapter: Adapter::Postgres, overlaps, place: Place::Postgres(store, connection) }
    }

    /// A store without rows.
    ///
    /// # Errors
    /// `Unable` if it cannot be emptied.
    pub(super) async fn empty(&mut self) -> Result<Arc<dyn UnitOfWorkFactory>, Failure> {
        match &mut self.place {
            Place::New(make) => Ok(make()),
            Place::Sqlite(store, connection) => {
                connection
                    .execute_batch(&format!("BEGIN IMMEDIATE; {CLEAR} COMMIT"))
                    .map_err(Failure::unable)?;
                Ok(Arc::clone(&store.factory))
            }
            Place::Postgres(store, connection) => {
                raw_sql(CLEAR).execute(connection).await.map_err(Failure::unable)?;
                Ok(Arc::clone(&store.factory))
            }
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.adapter.fmt(f)
    }
}
