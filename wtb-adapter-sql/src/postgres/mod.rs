//! A store in a PostgreSQL database.
//!
//! Each unit is one transaction at REPEATABLE READ on a pooled connection, from a snapshot that is taken as it begins.
//! Many units write at once; the database detects conflicts. The settings that results and promises depend on are set by the
//! store, whatever the database or role has set.

mod begin;
mod bulk;
mod connect;
mod copy;
mod diagnose;
mod engine;
mod kept_units;
mod large_values;
mod lease;
mod migrate;
mod options;
mod original;
mod outcomes;
mod own_writes;
mod pool;
mod replica;
mod replica_lag;
mod schema_name;
mod session;
mod transaction;
mod turn;
mod values;

pub use options::PostgresOptions;
pub use schema_name::{InvalidSchemaName, SchemaName};
pub use turn::PostgresTurn;

pub(crate) use migrate::STEPS;

#[cfg(test)]
pub(crate) use bulk::{guarded_insert_text, insert_text, read_each_text, seen_text};
#[cfg(test)]
pub(crate) use large_values::measuring_text;

use crate::deadline::deadline_after;
use crate::unit::{Access, SqlUnit};
use crate::{Migrated, MigrationStatus, OpenError, unfinished_copy};
use async_trait::async_trait;
use engine::PostgresEngine;
use lease::Lease;
use pool::Pool;
use replica::Replica;
use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// A store in a PostgreSQL database. Clones are handles of the same store.
#[derive(Clone)]
pub struct PostgresStore {
    primary: Arc<Pool>,
    replica: Option<Arc<Replica>>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("PostgresStore");
        shown.field(&self.primary.name());
        if let Some(replica) = &self.replica {
            shown.field(&replica.pool().name());
        }
        shown.finish()
    }
}

/// Opens the store in a database; upgrades its schema, if the options say so.
///
/// Needs a tokio runtime with its time and its input and output enabled.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn open(options: PostgresOptions) -> Result<PostgresStore, OpenError> {
    migrate::ready(&options, &STEPS).await?;
    let replica = match &options.read_url {
        Some(url) => Some(Arc::new(Replica::open(url, &options).await?)),
        None => None,
    };
    let store = PostgresStore { primary: Pool::new(&options.url, &options, None)?, replica };
    store.primary.connect().await?;
    tracing::debug!(database = %options.url, "opened a store");
    Ok(store)
}

/// Upgrades the schema of a database, whatever the options say about it.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrate(options: &PostgresOptions) -> Result<Migrated, OpenError> {
    migrate::apply(options, &STEPS).await
}

/// Which steps of the schema a database has and lacks. Changes nothing.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrations(options: &PostgresOptions) -> Result<MigrationStatus, OpenError> {
    migrate::status(options, &STEPS).await
}

/// A unit that reads.
fn reader(lease: Lease) -> BoxUnitOfWork {
    Box::new(SqlUnit::new(PostgresEngine::reading(lease), Access::Read))
}

impl PostgresStore {
    /// How long a unit that begins now may wait.
    fn deadline(&self) -> Instant {
        deadline_after(self.primary.options.wait)
    }

    /// Marks the store as being filled by a copy, or removes the mark; [`diagnose`](Self::diagnose) reports it.
    ///
    /// # Errors
    /// As for any write.
    pub async fn mark_unfinished(&self, is_unfinished: bool) -> StoreResult<()> {
        let (lease, transaction) = self.primary.begin_to_write(self.deadline()).await?;
        unfinished_copy::set_mark(PostgresEngine::writing(lease, transaction, None), is_unfinished).await
    }
}

#[async_trait]
impl UnitOfWorkFactory for PostgresStore {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        let (lease, transaction) = self.primary.begin_to_write(self.deadline()).await?;
        let own_writes = self.replica.as_ref().map(|replica| replica.own_writes());
        let engine = PostgresEngine::writing(lease, transaction, own_writes);
        Ok(Box::new(SqlUnit::new(engine, Access::Write)))
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        let pool = self.replica.as_ref().map_or(&self.primary, |replica| replica.pool());
        Ok(reader(pool.begin_to_read(self.deadline()).await?))
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        if let Some(replica) = &self.replica
            && let Some(lease) = replica.begin_with_own_writes().await?
        {
            return Ok(reader(lease));
        }
        Ok(reader(self.primary.begin_to_read(self.deadline()).await?))
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        outcomes::outcome_of(&self.primary, unit).await
    }
}
