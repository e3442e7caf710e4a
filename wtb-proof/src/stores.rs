//! Empty stores to break, each for itself.

use crate::proof::Failure;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use tempfile::TempDir;
use wtb_adapter_sql::DatabaseUrl;
use wtb_adapter_sql::postgres::{self, PostgresOptions};
use wtb_adapter_sql::sqlite::{self, SqliteOptions};
use wtb_ports::UnitOfWorkFactory;
use wtb_test_postgres::{TestDatabase, TestServer};

/// The adapters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adapter {
    Memory,
    Sqlite,
    Postgres,
}

impl Adapter {
    /// An empty store with the usual options.
    ///
    /// # Errors
    /// `Unable` if it cannot be made.
    pub(crate) async fn open(self) -> Result<OpenStore, Failure> {
        match self {
            Self::Memory => Ok(OpenStore::new(Arc::new(wtb_adapter_memory::open()), ())),
            Self::Sqlite => {
                let folder = folder()?;
                let store = sqlite::open(sqlite_options(&folder)).await.map_err(Failure::unable)?;
                Ok(OpenStore::new(Arc::new(store), folder))
            }
            Self::Postgres => {
                let database = database().await?;
                let store =
                    postgres::open(postgres_options(database.url())).await.map_err(Failure::unable)?;
                Ok(OpenStore::new(Arc::new(store), database))
            }
        }
    }
}

impl fmt::Display for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A store, and what goes away with it.
pub(crate) struct OpenStore {
    /// Opens its units.
    pub(crate) factory: Arc<dyn UnitOfWorkFactory>,
    _place: Box<dyn Any + Send + Sync>,
}

impl OpenStore {
    /// A store in `place`.
    pub(crate) fn new(factory: Arc<dyn UnitOfWorkFactory>, place: impl Any + Send + Sync) -> Self {
        Self { factory, _place: Box::new(place) }
    }
}

/// A folder of one's own, removed with the value.
///
/// # Errors
/// `Unable` if there is none.
pub(crate) fn folder() -> Result<TempDir, Failure> {
    tempfile::tempdir().map_err(Failure::unable)
}

/// The usual options for a file in `folder`.
pub(crate) fn sqlite_options(folder: &TempDir) -> SqliteOptions {
    SqliteOptions::new(folder.path().join("proof.db"))
}

/// A database of one's own with empty tables, dropped with the value.
///
/// # Errors
/// `Unable` if there is no server.
pub(crate) async fn database() -> Result<TestDatabase, Failure> {
    let server = TestServer::get().await.map_err(Failure::unable)?;
    let migrate = |url: String| async move { postgres::migrate(&postgres_options(&url)).await.map(drop) };
    let template = server.template("proof", migrate).await.map_err(Failure::unable)?;
    template.database().await.map_err(Failure::unable)
}

/// The usual options for a database.
pub(crate) fn postgres_options(url: &str) -> PostgresOptions {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::Postgres(url)) => PostgresOptions::new(url),
        other => panic!("the url of a test database is not one of postgresql: {other:?}"),
    }
}
