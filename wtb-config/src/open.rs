//! From settings to a store: the only place that names concrete adapters.

use crate::read_only::ReadOnly;
use crate::upkeep::Upkeep;
use crate::{BoxFuture, Diagnosis, Migrate, RetryPolicy, Settings, StorageMode, Store, Synchronous, Turn};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;
use wtb_adapter_memory::MemoryStore;
use wtb_adapter_sql::postgres::{self, PostgresOptions, PostgresStore};
use wtb_adapter_sql::sqlite::{self, Backup, SqliteOptions, SqliteStore};
use wtb_adapter_sql::{BackupError, DatabaseUrl, Examination, Migrated, MigrationStatus, OpenError};
use wtb_ports::StoreResult;

/// Opens the store that the settings describe.
///
/// # Errors
/// [`OpenError`] says what stands in the way and what to do about it.
pub async fn open(settings: &Settings) -> Result<Store, OpenError> {
    warn_of_ignored_variables(settings);
    let retry = RetryPolicy::from(&settings.retry);
    let place = place(settings);
    let description = place.description();
    Ok(match place {
        Place::Memory => Store::new(wtb_adapter_memory::open(), &description, retry),
        Place::Sqlite(options) => Store::new(sqlite::open(options).await?, &description, retry),
        Place::Postgres(options) => Store::new(postgres::open(options).await?, &description, retry),
    })
}

/// Opens the store that the settings describe only to read it: nothing is written or made, the schema stays as it is,
/// and no right to write is needed. Units that write fail with [`ReadOnly`](wtb_ports::StoreError::ReadOnly).
///
/// # Errors
/// As [`open`], and [`OpenError::Pending`] if there is no store, or one with an older schema.
pub async fn open_read_only(settings: &Settings) -> Result<Store, OpenError> {
    warn_of_ignored_variables(settings);
    let retry = RetryPolicy::from(&settings.retry);
    let place = place(settings);
    let description = place.description();
    Ok(match place {
        Place::Memory => Store::new(ReadOnly(wtb_adapter_memory::open()), &description, retry),
        Place::Sqlite(options) => {
            Store::new(ReadOnly(sqlite::open(options.read_only()).await?), &description, retry)
        }
        Place::Postgres(options) => {
            let options = options.migrate(wtb_adapter_sql::Migrate::Verify);
            Store::new(ReadOnly(postgres::open(options).await?), &description, retry)
        }
    })
}

/// Which steps of the schema the database has and lacks; none in memory. Changes nothing.
///
/// # Errors
/// As [`open`].
pub async fn migrations(settings: &Settings) -> Result<MigrationStatus, OpenError> {
    match place(settings) {
        Place::Memory => Ok(MigrationStatus::default()),
        Place::Sqlite(options) => sqlite::migrations(&options).await,
        Place::Postgres(options) => postgres::migrations(&options).await,
    }
}

/// Brings the schema of the database up to date, whatever `storage.migrate` says; there is nothing to do in memory.
///
/// # Errors
/// As [`open`].
pub async fn migrate(settings: &Settings) -> Result<Migrated, OpenError> {
    match place(settings) {
        Place::Memory => Ok(Migrated::default()),
        Place::Sqlite(options) => sqlite::migrate(&options).await,
        Place::Postgres(options) => postgres::migrate(&options).await,
    }
}

/// Says once in each process that variables of the Python WTB are ignored.
fn warn_of_ignored_variables(settings: &Settings) {
    static WARNED: Once = Once::new();
    let ignored = settings.ignored_variables.join(", ");
    if !ignored.is_empty() {
        WARNED.call_once(|| tracing::warn!("variables of the Python WTB that mean nothing here: {ignored}"));
    }
}

enum Place {
    Memory,
    Sqlite(SqliteOptions),
    Postgres(PostgresOptions),
}

impl Place {
    /// Which store this is, for people.
    fn description(&self) -> String {
        match self {
            Self::Memory => "memory".to_owned(),
            Self::Sqlite(options) => format!("SQLite {}", options.path.display()),
            Self::Postgres(options) => match options.schema.as_str() {
                "public" => options.url.to_string(),
                schema => format!("{} schema {schema}", options.url),
            },
        }
    }
}

fn place(settings: &Settings) -> Place {
    let storage = &settings.storage;
    let wait = Duration::from_millis(storage.wait_ms.into());
    let limit = |milliseconds: NonZeroU32| Duration::from_millis(milliseconds.get().into());
    let migrate = match storage.migrate {
        Migrate::Apply => wtb_adapter_sql::Migrate::Apply,
        Migrate::Verify => wtb_adapter_sql::Migrate::Verify,
    };
    match (storage.mode, &storage.url) {
        (StorageMode::InMemory, _) => Place::Memory,
        (StorageMode::Sql, DatabaseUrl::Sqlite(path)) => Place::Sqlite(
            SqliteOptions::new(path)
                .synchronous(match storage.synchronous {
                    Synchronous::Full => sqlite::Synchronous::Full,
                    Synchronous::Normal => sqlite::Synchronous::Normal,
                })
                .max_readers(storage.max_readers.into())
                .wait(wait)
                .migrate(migrate),
        ),
        (StorageMode::Sql, DatabaseUrl::Postgres(url)) => Place::Postgres({
            let options = PostgresOptions::new(url.clone())
                .schema(storage.schema.clone())
                .application_name(storage.application_name.as_str())
                .max_connections(storage.max_connections.into())
                .wait(wait)
                .statement_timeout(limit(storage.statement_timeout_ms))
                .idle_in_transaction_timeout(limit(storage.idle_in_transaction_timeout_ms))
                .idle_timeout(limit(storage.idle_timeout_ms))
                .max_lifetime(limit(storage.max_lifetime_ms))
                .pooler(storage.pooler)
                .replica_wait(Duration::from_millis(storage.replica_wait_ms.into()))
                .migrate(migrate);
            match storage.read_url.replica() {
                Some(replica) => options.read_url(replica.clone()),
                None => options,
            }
        }),
    }
}

impl Upkeep for MemoryStore {
    fn diagnose(&self, _examination: Examination) -> BoxFuture<'_, StoreResult<Diagnosis>> {
        let counts = self.counts();
        Box::pin(async move {
            Ok(Diagnosis { schema_version: None, facts: Vec::new(), counts, problems: Vec::new() })
        })
    }

    fn mark_unfinished(&self, _is_unfinished: bool) -> BoxFuture<'_, StoreResult<()>> {
        // What is interrupted ends with the program, and the store with it.
        Box::pin(async { Ok(()) })
    }

    fn backup<'a>(&'a self, _to: &'a Path) -> BoxFuture<'a, Result<Backup, BackupError>> {
        let advice = "a store in memory has no backup: it ends with the program that made it";
        Box::pin(async move { Err(BackupError::Unsupported { advice }) })
    }

    fn take_turn(&self, _wait: Duration) -> BoxFuture<'_, StoreResult<Option<Turn>>> {
        Box::pin(async { Ok(Some(Turn::until(async {}))) })
    }
}

impl Upkeep for SqliteStore {
    fn diagnose(&self, examination: Examination) -> BoxFuture<'_, StoreResult<Diagnosis>> {
        Box::pin(async move { Self::diagnose(self, examination).await.map(Diagnosis::from) })
    }

    fn mark_unfinished(&self, is_unfinished: bool) -> BoxFuture<'_, StoreResult<()>> {
        Box::pin(Self::mark_unfinished(self, is_unfinished))
    }

    fn backup<'a>(&'a self, to: &'a Path) -> BoxFuture<'a, Result<Backup, BackupError>> {
        Box::pin(Self::backup(self, to))
    }

    fn take_turn(&self, wait: Duration) -> BoxFuture<'_, StoreResult<Option<Turn>>> {
        Box::pin(async move {
            let turn = Self::take_turn(self, wait).await?;
            Ok(turn.map(|turn| Turn::until(async move { drop(turn) })))
        })
    }
}

impl Upkeep for PostgresStore {
    fn diagnose(&self, examination: Examination) -> BoxFuture<'_, StoreResult<Diagnosis>> {
        Box::pin(async move { Self::diagnose(self, examination).await.map(Diagnosis::from) })
    }

    fn mark_unfinished(&self, is_unfinished: bool) -> BoxFuture<'_, StoreResult<()>> {
        Box::pin(Self::mark_unfinished(self, is_unfinished))
    }

    fn backup<'a>(&'a self, _to: &'a Path) -> BoxFuture<'a, Result<Backup, BackupError>> {
        let advice = "PostgreSQL is backed up with pg_dump, or copied into a SQLite file with `wtb copy`";
        Box::pin(async move { Err(BackupError::Unsupported { advice }) })
    }

    fn take_turn(&self, wait: Duration) -> BoxFuture<'_, StoreResult<Option<Turn>>> {
        Box::pin(async move {
            let turn = Self::take_turn(self, wait).await?;
            Ok(turn.map(|turn| Turn::until(turn.end())))
        })
    }
}

impl From<wtb_adapter_sql::Diagnosis> for Diagnosis {
    fn from(diagnosis: wtb_adapter_sql::Diagnosis) -> Self {
        let wtb_adapter_sql::Diagnosis { schema_version, facts, counts, problems } = diagnosis;
        Self { schema_version: Some(schema_version), facts, counts, problems }
    }
}
