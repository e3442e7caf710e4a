//! A database to upgrade.

use super::super::{STEPS, apply, ready, status};
use crate::migrations::scenarios::Subject;
use crate::migrations::{Migrated, MigrationStatus, Steps};
use crate::postgres::pool::Pool;
use crate::postgres::{PostgresOptions, PostgresStore, open};
use crate::{DatabaseUrl, Examination, Migrate, OpenError, Problem};
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use std::sync::Arc;
use wtb_ports::UnitOfWorkFactory;
use wtb_test_postgres::{TestDatabase, TestServer};

pub(super) struct DatabaseSubject {
    pub(super) database: TestDatabase,
}

impl DatabaseSubject {
    pub(super) fn options(&self) -> PostgresOptions {
        options(self.database.url())
    }

    pub(super) async fn connection(&self) -> PgConnection {
        PgConnection::connect(self.database.url()).await.unwrap()
    }
}

pub(super) fn options(url: &str) -> PostgresOptions {
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(url).unwrap() else { panic!("another database") };
    PostgresOptions::new(url)
}

impl Subject for DatabaseSubject {
    const KIND: &'static str = "postgres";
    const STEPS: Steps = &STEPS;

    async fn new() -> Self {
        Self { database: TestServer::get().await.unwrap().empty_database().await.unwrap() }
    }

    async fn open(&self, migrate: Migrate, steps: Steps) -> Result<Arc<dyn UnitOfWorkFactory>, OpenError> {
        let options = self.options().migrate(migrate);
        ready(&options, steps).await?;
        Ok(Arc::new(PostgresStore { primary: Pool::new(&options.url, &options, None)?, replica: None }))
    }

    async fn upgrade(&self, steps: Steps) -> Result<Migrated, OpenError> {
        apply(&self.options(), steps).await
    }

    async fn status(&self, steps: Steps) -> Result<MigrationStatus, OpenError> {
        status(&self.options(), steps).await
    }

    async fn execute(&self, sql: &str) {
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection().await).await.unwrap();
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.connection().await).await.unwrap()
    }

    async fn tables(&self) -> Vec<String> {
        self.texts("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").await
    }

    async fn problems(&self) -> Vec<Problem> {
        let store = open(self.options().migrate(Migrate::Verify)).await.unwrap();
        store.diagnose(Examination::Full).await.unwrap().problems
    }

    async fn is_locked(&self) -> bool {
        let locks = "SELECT mode FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE datname = current_database() AND application_name = 'wtb'";
        !self.texts(locks).await.is_empty()
    }
}
