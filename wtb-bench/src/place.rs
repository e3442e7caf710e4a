//! Where a store is: a new one in memory, in a folder or on the server, with our schema and what a workload finds.

use crate::failure::Outcome;
use crate::samples::{self, LARGE_STATE, SMALL_STATE};
use crate::workload::Dataset;
use clap::ValueEnum;
use rusqlite::Connection;
use sqlx::{Connection as _, PgConnection};
use std::path::PathBuf;
use tempfile::TempDir;
use wtb_config::{Loader, Preset, Settings, Store, Synchronous};
use wtb_domain::{Execution, ExecutionStatus};
use wtb_test_postgres::{TestDatabase, TestServer};

/// Executions that are added in one unit while a dataset is made.
const PORTION: u64 = 5_000;

/// The kinds of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub(crate) enum StoreKind {
    /// In memory.
    Memory,
    /// In a SQLite file.
    Sqlite,
    /// In a PostgreSQL database.
    Postgres,
}

impl StoreKind {
    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where a store is, for as long as this lives.
pub(crate) enum Place {
    /// In this process.
    Memory(Store),
    /// In a folder of its own.
    Sqlite(TempDir),
    /// In a database of its own.
    Postgres(TestDatabase),
}

impl Place {
    /// A new place, empty but for our schema where it is one of a database.
    pub(crate) async fn new(kind: StoreKind) -> Outcome<Self> {
        let place = match kind {
            StoreKind::Memory => return Ok(Self::Memory(wtb_config::open(&settings().load()?).await?)),
            StoreKind::Sqlite => Self::Sqlite(tempfile::Builder::new().prefix("wtb-bench-").tempdir()?),
            StoreKind::Postgres => Self::Postgres(TestServer::get().await?.empty_database().await?),
        };
        wtb_config::migrate(&place.settings().load()?).await?;
        Ok(place)
    }

    /// A place in a database of another server, with the rows of a dataset.
    pub(crate) async fn in_database(database: TestDatabase, dataset: Dataset) -> Outcome<Self> {
        let place = Self::Postgres(database);
        wtb_config::migrate(&place.settings().load()?).await?;
        place.fill(dataset).await?;
        Ok(place)
    }

    /// A new place with the rows of a dataset, in the state in which a database is after its upkeep.
    pub(crate) async fn with(kind: StoreKind, dataset: Dataset) -> Outcome<Self> {
        let place = Self::new(kind).await?;
        place.fill(dataset).await?;
        if dataset.is_read_only() {
            place.look_after().await?;
        }
        Ok(place)
    }

    /// What kind of store is there.
    pub(crate) const fn kind(&self) -> StoreKind {
        match self {
            Self::Memory(_) => StoreKind::Memory,
            Self::Sqlite(_) => StoreKind::Sqlite,
            Self::Postgres(_) => StoreKind::Postgres,
        }
    }

    /// The URL of the database; nothing in memory.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Memory(_) => String::new(),
            Self::Sqlite(_) => format!("sqlite:///{}", self.file().display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    /// The file of a SQLite store; of no use for others.
    pub(crate) fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("wtb.db"),
            Self::Memory(_) | Self::Postgres(_) => PathBuf::new(),
        }
    }

    /// The settings of a store in this place.
    pub(crate) fn settings(&self) -> Loader {
        match self {
            Self::Memory(_) => settings(),
            Self::Sqlite(_) | Self::Postgres(_) => settings().store(self.url(), "the place"),
        }
    }

    /// Our store in this place, for so many units at once.
    pub(crate) async fn open(&self, synchronous: Synchronous, units: usize) -> Outcome<Store> {
        if let Self::Memory(store) = self {
            return Ok(store.clone());
        }
        let settings = self
            .settings()
            .set("storage.synchronous", synchronous.as_str(), "the durability")
            .set("storage.max_connections", units.to_string(), "the clients");
        Ok(wtb_config::open(&settings.load()?).await?)
    }

    async fn fill(&self, dataset: Dataset) -> Outcome<()> {
        let store = self.open(Synchronous::Normal, 1).await?;
        let workflows = (0..dataset.workflows()).map(samples::workflow).collect();
        let mut unit = store.begin().await?;
        unit.workflows().add_all(workflows).await?;
        unit.commit().await?;
        let mut first = 0;
        while first < dataset.executions() {
            let last = dataset.executions().min(first + PORTION);
            let mut unit = store.begin().await?;
            unit.executions().add_all((first..last).map(|number| stored(dataset, number)).collect()).await?;
            unit.commit().await?;
            first = last;
        }
        Ok(())
    }

    /// What every database does from time to time: free space and statistics.
    pub(crate) async fn look_after(&self) -> Outcome<()> {
        match self {
            Self::Memory(_) => {}
            Self::Sqlite(_) => {
                let connection = Connection::open(self.file())?;
                connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE")?;
            }
            Self::Postgres(database) => {
                let mut connection = PgConnection::connect(database.url()).await?;
                for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
                    sqlx::raw_sql(statement).execute(&mut connection).await?;
                }
                connection.close().await?;
            }
        }
        Ok(())
    }
}

/// Nothing from this machine's files or environment has a say in what is measured.
fn settings() -> Loader {
    Settings::loader(Preset::Testing).alone()
}

/// The execution of this number in a dataset.
fn stored(dataset: Dataset, number: u64) -> Execution {
    let workflow = samples::workflow_id(number % dataset.workflows());
    let (status, nodes) = match dataset {
        Dataset::Fresh { .. } | Dataset::Small => (ExecutionStatus::Pending, LARGE_STATE),
        Dataset::Lists => (ExecutionStatus::Completed, LARGE_STATE),
        Dataset::Running if number.is_multiple_of(2_000) => (ExecutionStatus::Running, SMALL_STATE),
        Dataset::Running => (ExecutionStatus::Completed, SMALL_STATE),
    };
    samples::execution(number, workflow, status, nodes)
}
