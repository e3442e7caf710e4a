//! A store in a SQLite file.
//!
//! One connection writes, in the order in which units asked for it; others read, each unit from its own snapshot. Other
//! processes may use the same file. Once the file was deleted, moved or replaced, every call fails with `StoreReplaced`. A
//! file that may not be written is read; units that write fail with `NotWritable`.

mod backup;
mod busy;
mod checkpoint;
mod connection;
mod diagnose;
mod engine;
mod file;
mod foreign;
mod identity;
mod kept_units;
mod migrate;
mod options;
mod partial;
mod pool;
mod reading;
mod rights;
mod shared;
mod sidecars;
mod statements;
mod sync;
mod turn;

pub use backup::Backup;
pub use foreign::ForeignDatabase;
pub use options::{SqliteOptions, Synchronous};
pub use turn::SqliteTurn;

#[cfg(test)]
pub(crate) use {migrate::newest_schema, statements::bulk_text};

use crate::unit::{Access, SqlUnit};
use crate::{Migrate, Migrated, MigrationStatus, OpenError, unfinished_copy};
use async_trait::async_trait;
use engine::SqliteEngine;
use kept_units::Noted;
use shared::Shared;
use std::fmt;
use std::sync::Arc;
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitId, UnitOfWorkFactory, UnitOutcome};

/// A store in a SQLite file. Clones are handles of the same store.
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(&self.shared.name).finish()
    }
}

/// Opens the store in a file; makes the file, and upgrades its schema, if the options say so.
///
/// A file that this user may only read is read in the way that writes nothing and leaves nothing behind; units that write
/// fail.
///
/// Needs a tokio runtime with its time enabled.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn open(options: SqliteOptions) -> Result<SqliteStore, OpenError> {
    let (ready, _) = if options.read_only {
        migrate::ready_to_read(&options.path, None, &migrate::STEPS).await?
    } else {
        migrate::ready(&options.path, options.migrate, &migrate::STEPS).await?
    };
    tracing::debug!(file = %options.path.display(), "opened a store");
    Ok(SqliteStore { shared: Arc::new(Shared::new(ready, options)?) })
}

/// Upgrades the schema of a file, making the file if it is absent; whatever the options say about the schema.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrate(options: &SqliteOptions) -> Result<Migrated, OpenError> {
    let (_, migrated) = migrate::ready(&options.path, Migrate::Apply, &migrate::STEPS).await?;
    Ok(migrated)
}

/// Which steps of the schema a file has and lacks. Changes nothing; an absent file lacks all of them.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn migrations(options: &SqliteOptions) -> Result<MigrationStatus, OpenError> {
    migrate::status(&options.path, &migrate::STEPS).await
}

impl SqliteStore {
    async fn unit(&self, access: Access) -> StoreResult<BoxUnitOfWork> {
        let lease = self.shared.begin(access).await?;
        let engine = SqliteEngine::new(lease, Arc::clone(&self.shared));
        Ok(Box::new(SqlUnit::new(engine, access)))
    }

    /// Marks the store as being filled by a copy, or removes the mark; [`diagnose`](Self::diagnose) reports it.
    ///
    /// # Errors
    /// As for any write.
    pub async fn mark_unfinished(&self, is_unfinished: bool) -> StoreResult<()> {
        let lease = self.shared.begin(Access::Write).await?;
        unfinished_copy::set_mark(SqliteEngine::new(lease, Arc::clone(&self.shared)), is_unfinished).await
    }
}

#[async_trait]
impl UnitOfWorkFactory for SqliteStore {
    async fn begin(&self) -> StoreResult<BoxUnitOfWork> {
        self.unit(Access::Write).await
    }

    async fn begin_read(&self) -> StoreResult<BoxUnitOfWork> {
        self.unit(Access::Read).await
    }

    async fn begin_read_own_writes(&self) -> StoreResult<BoxUnitOfWork> {
        self.begin_read().await
    }

    async fn outcome_of(&self, unit: &UnitId) -> StoreResult<UnitOutcome> {
        let Some(unit) = Noted::parse(unit) else { return Ok(UnitOutcome::Forgotten) };
        // Whoever has the turn to write knows that no other unit is open, in this process or another one.
        let lease = self.shared.begin(Access::Write).await?;
        SqliteEngine::new(lease, Arc::clone(&self.shared)).outcome_of(&unit).await
    }
}
