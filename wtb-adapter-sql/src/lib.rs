//! One set of SQL for SQLite and PostgreSQL.
//!
//! Statements, row mapping and repositories are written once, over the small seam in `engine.rs`; a database has its
//! own module with what only it knows: [`sqlite`], [`postgres`].
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("data/wtb.db");
//! use wtb_adapter_sql::sqlite::{self, SqliteOptions};
//! use wtb_domain::{Json, Timestamp, Workflow, WorkflowId};
//! use wtb_ports::UnitOfWorkFactory;
//!
//! let store = sqlite::open(SqliteOptions::new(path)).await?;
//! let mut unit = store.begin().await?;
//! let now = Timestamp::UNIX_EPOCH;
//! unit.workflows().add(Workflow::new(WorkflowId::new("w-1")?, "loans", Json::new("{}"), now)).await?;
//! unit.commit().await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arg;
mod backup_error;
mod columns;
mod constraints;
mod deadline;
mod diagnosis;
mod engine;
mod examine;
mod failure;
mod migrations;
mod open_error;
pub mod postgres;
mod process;
mod read_row;
mod record;
mod repositories;
pub mod sqlite;
mod statement;
mod tables;
mod unfinished_copy;
mod unit;
mod url;

pub use backup_error::BackupError;
pub use diagnosis::{Diagnosis, Examination, Fact, Problem, ProblemSeverity};
pub use migrations::{Migrate, Migrated, MigrationStatus};
pub use open_error::OpenError;
pub use url::{DatabaseUrl, InvalidDatabaseUrl, PostgresUrl};

use postgres::PostgresOptions;
use sqlite::SqliteOptions;
use std::sync::Arc;
use wtb_ports::UnitOfWorkFactory;

/// Opens the store at `url`, as [`DatabaseUrl`] reads it, with the usual options.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub async fn open(url: &str) -> Result<Arc<dyn UnitOfWorkFactory>, OpenError> {
    Ok(match DatabaseUrl::parse(url)? {
        DatabaseUrl::Sqlite(path) => Arc::new(sqlite::open(SqliteOptions::new(path)).await?),
        DatabaseUrl::Postgres(url) => Arc::new(postgres::open(PostgresOptions::new(url)).await?),
    })
}
