//! A file to upgrade.

use super::super::{STEPS, ready, status};
use crate::migrations::scenarios::Subject;
use crate::migrations::{Migrated, MigrationStatus, Steps};
use crate::sqlite::shared::Shared;
use crate::sqlite::{SqliteOptions, SqliteStore, open};
use crate::{Examination, Migrate, OpenError, Problem};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use wtb_ports::UnitOfWorkFactory;

pub(super) struct FileSubject {
    pub(super) folder: TempDir,
}

impl FileSubject {
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("wtb.db")
    }

    pub(super) fn connection(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

impl Subject for FileSubject {
    const KIND: &'static str = "sqlite";
    const STEPS: Steps = &STEPS;

    async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    async fn open(&self, migrate: Migrate, steps: Steps) -> Result<Arc<dyn UnitOfWorkFactory>, OpenError> {
        let (connection, _) = ready(&self.path(), migrate, steps).await?;
        let shared = Shared::new(connection, SqliteOptions::new(self.path()))?;
        Ok(Arc::new(SqliteStore { shared: Arc::new(shared) }))
    }

    async fn upgrade(&self, steps: Steps) -> Result<Migrated, OpenError> {
        let (_, migrated) = ready(&self.path(), Migrate::Apply, steps).await?;
        Ok(migrated)
    }

    async fn status(&self, steps: Steps) -> Result<MigrationStatus, OpenError> {
        status(&self.path(), steps).await
    }

    async fn execute(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.collect::<Result<_, _>>().unwrap()
    }

    async fn tables(&self) -> Vec<String> {
        let tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        self.texts(&format!("{tables} ORDER BY name")).await
    }

    async fn problems(&self) -> Vec<Problem> {
        let store = open(SqliteOptions::new(self.path()).migrate(Migrate::Verify)).await.unwrap();
        store.diagnose(Examination::Full).await.unwrap().problems
    }

    async fn is_locked(&self) -> bool {
        self.connection().execute_batch("BEGIN EXCLUSIVE; ROLLBACK").is_err()
    }
}
