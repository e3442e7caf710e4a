//! Upgrading the schema of a database, one process at a time.

use super::connect::{self, may_pass, reason};
use super::{PostgresOptions, SchemaName};
use crate::deadline::deadline_after;
use crate::failure::sqlstate;
use crate::migrations::{self, Applied, Migration};
use crate::tables::TABLES;
use crate::{Migrate, MigrationStatus, OpenError};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, Row, query, query_scalar, raw_sql};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

static MIGRATIONS: [Migration; 1] = [Migration {
    version: 1,
    name: "0001_initial",
    sql: include_str!("../../migrations/postgres/0001_initial.sql"),
}];

const HISTORY: &str = "
-- Which steps of the schema were applied; the checksum is of the step's text.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
)";

/// How long to wait for another process that upgrades the same schema.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes sure that the database has the schema that this program knows.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn ready(options: &PostgresOptions) -> Result<(), OpenError> {
    let mut upgrade = Upgrade::connect(options).await?;
    let pending = upgrade.pending().await?;
    if !pending.is_empty() {
        if options.migrate == Migrate::Verify {
            let names = pending.iter().map(|step| step.name).collect();
            return Err(OpenError::Pending { database: upgrade.database, names });
        }
        upgrade.apply().await?;
    }
    upgrade.close().await;
    Ok(())
}

/// Applies what is missing and answers what is applied then.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn apply(options: &PostgresOptions) -> Result<MigrationStatus, OpenError> {
    let mut upgrade = Upgrade::connect(options).await?;
    if !upgrade.pending().await?.is_empty() {
        upgrade.apply().await?;
    }
    upgrade.status().await
}

/// Which steps the database has and lacks.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn status(options: &PostgresOptions) -> Result<MigrationStatus, OpenError> {
    Upgrade::connect(options).await?.status().await
}

/// A connection of its own, which is closed afterwards whatever happens, so that it cannot keep a lock.
struct Upgrade {
    connection: PgConnection,
    database: String,
    schema: SchemaName,
}

impl Upgrade {
    async fn connect(options: &PostgresOptions) -> Result<Self, OpenError> {
        let database = options.url.to_string();
        let connect = connect::plain(&options.url, options)?.statement_cache_capacity(0);
        let deadline = deadline_after(options.wait);
        let connection = loop {
            match timeout_at(deadline, connect.connect()).await {
                Ok(Ok(connection)) => break connection,
                // Nobody may ever listen there; a server that answers is at least there.
                Ok(Err(error))
                    if may_pass(&error)
                        && !matches!(error, Error::Io(_))
                        && Instant::now() + PAUSE < deadline =>
                {
                    sleep(PAUSE).await;
                }
                Ok(Err(error)) => {
                    return Err(OpenError::Unreachable {
                        database,
                        reason: reason(&error),
                        source: error.into(),
                    });
                }
                Err(elapsed) => {
                    let reason = format!("no answer within {} ms", options.wait.as_millis());
                    return Err(OpenError::Unreachable { database, reason, source: elapsed.into() });
                }
            }
        };
        let mut upgrade = Self { connection, database, schema: options.schema.clone() };
        upgrade.check_encoding().await?;
        Ok(upgrade)
    }

    async fn check_encoding(&mut self) -> Result<(), OpenError> {
        let asked = query_scalar("SELECT current_setting('server_encoding')").persistent(false);
        let encoding: String =
            asked.fetch_one(&mut self.connection).await.map_err(failed(&self.database, "look at"))?;
        if encoding == "UTF8" {
            return Ok(());
        }
        Err(OpenError::Encoding { database: self.database.clone(), encoding })
    }

    async fn pending(&mut self) -> Result<&'static [Migration], OpenError> {
        let applied = self.applied().await?;
        migrations::pending(&self.database, &MIGRATIONS, &applied)
    }

    async fn status(mut self) -> Result<MigrationStatus, OpenError> {
        let applied = self.applied().await?;
        let status = migrations::status(&self.database, &MIGRATIONS, &applied);
        self.close().await;
        status
    }

    /// The steps that were applied; none if the schema is empty or absent.
    async fn applied(&mut self) -> Result<Vec<Applied>, OpenError> {
        let failed = failed(&self.database, "read the schema of");
        let tables = "SELECT tablename::text FROM pg_catalog.pg_tables WHERE schemaname = $1";
        let tables = query_scalar(tables).bind(self.schema.as_str()).persistent(false);
        let tables: Vec<String> = tables.fetch_all(&mut self.connection).await.map_err(&failed)?;
        let has = |name: &str| tables.iter().any(|table| table == name);
        if has("schema_migrations") {
            let sql = format!(
                "SELECT version, name, checksum FROM \"{}\".schema_migrations ORDER BY version",
                self.schema
            );
            let steps = query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut self.connection).await;
            let step = |row: &PgRow| {
                Ok(Applied { version: row.try_get(0)?, name: row.try_get(1)?, checksum: row.try_get(2)? })
            };
            steps.and_then(|steps| steps.iter().map(step).collect()).map_err(&failed)
        } else if has("wtb_workflows") {
            Err(OpenError::PythonDatabase { database: self.database.clone() })
        } else if TABLES.iter().any(|(_, table)| has(table)) {
            Err(OpenError::OtherDatabase { database: self.database.clone() })
        } else {
            Ok(Vec::new())
        }
    }

    /// Applies what is missing, all or nothing, while every other starter waits.
    async fn apply(&mut self) -> Result<(), OpenError> {
        let (database, schema) = (self.database.clone(), self.schema.clone());
        let failed = failed(&database, "upgrade the schema of");
        // The lock is of this transaction alone and ends with it, also behind a pooler. Making a schema that another
        // starter makes is an error even with IF NOT EXISTS, so that too is done under the lock.
        let begin = format!(
            "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {}; \
             SELECT pg_advisory_xact_lock(hashtextextended('wtb schema {schema}', 0)); \
             CREATE SCHEMA IF NOT EXISTS \"{schema}\"; SET LOCAL search_path = \"{schema}\"; {HISTORY}",
            PATIENCE.as_millis(),
        );
        self.run(AssertSqlSafe(begin)).await.map_err(|error| match sqlstate(&error).as_deref() {
            Some("55P03") => OpenError::Busy { database: database.clone(), waited: PATIENCE },
            _ => failed(error),
        })?;
        // Another process may have been faster.
        let pending = self.pending().await?;
        for step in pending {
            self.run(step.sql).await.map_err(|error| OpenError::Migration {
                database: database.clone(),
                name: step.name,
                source: error.into(),
            })?;
            let sql = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, now())";
            let insert =
                query(sql).bind(step.version).bind(step.name).bind(step.checksum()).persistent(false);
            insert.execute(&mut self.connection).await.map_err(&failed)?;
        }
        self.run("COMMIT").await.map_err(&failed)?;
        for step in pending {
            tracing::info!(step = step.name, "upgraded the schema");
        }
        Ok(())
    }

    async fn run(&mut self, sql: impl sqlx::SqlSafeStr) -> Result<(), Error> {
        raw_sql(sql).execute(&mut self.connection).await.map(drop)
    }

    async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "a connection did not close well");
        }
    }
}

fn failed(database: &str, operation: &'static str) -> impl Fn(Error) -> OpenError {
    let database = database.to_owned();
    move |error| OpenError::Backend { database: database.clone(), operation, source: error.into() }
}
