//! A store in a PostgreSQL database.
//!
//! Each unit is one transaction at REPEATABLE READ on a pooled connection, from a snapshot that is taken as it begins.
//! Many units write at once; the database says when two meet.

mod bulk;
mod connect;
mod diagnose;
mod engine;
mod migrate;
mod options;
mod pool;
mod schema_name;
mod session;
mod values;

pub use options::PostgresOptions;
pub use schema_name::{InvalidSchemaName, SchemaName};

use crate::unit::{Access, SqlUnit};
use crate::{Migrated, MigrationStatus, OpenError};
use async_trait::async_trait;
use engine::PostgresEngine;
use pool::Pool;
use std::fmt;
use std::sync::Arc;
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitOfWorkFactory};

/// A store in a PostgreSQL database. Clones are handles of the same store.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Arc<Pool>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresStore").field(&self.pool.name()).finish()
    }
}

/// Opens the store in a database; upgrades its schema, if the options say so.
///
/// Needs a tokio runtime with its time and its input and output enabled.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn open(options: PostgresOptions) -> Result<PostgresStore, OpenError> {
    migrate::ready(&options, &migrate::STEPS).await?;
    let store = PostgresStore { pool: Pool::new(&options.url, &options)? };
    tracing::debug!(database = %options.url, "opened a store");
    Ok(store)
}

/// Upgrades the schema of a database, whatever the options say about it.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrate(options: &PostgresOptions) -> Result<Migrated, OpenError> {
    migrate::apply(options, &migrate::STEPS).await
}

/// Which steps of the schema a database has and lacks. Changes nothing.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrations(options: &PostgresOptions) -> Result<MigrationStatus, OpenError> {
    migrate::status(options, &migrate::STEPS).await
}

impl PostgresStore {
    async fn unit(&self, access: Access) -> StoreResult<BoxUnitOfWork> {
        let lease = self.pool.begin(access).await?;
        Ok(Box::new(SqlUnit::new(PostgresEngine::new(lease), access)))
    }
}

#[async_trait]
impl UnitOfWorkFactory for PostgresStore {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        self.unit(Access::Write).await
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        self.unit(Access::Read).await
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.begin_read().await
    }
}
