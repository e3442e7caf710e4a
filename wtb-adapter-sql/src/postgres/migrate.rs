//! Upgrading the schema of a database, one process at a time.

use super::connect::{self, reason};
use super::session::begin_outside_of_units;
use super::{PostgresOptions, SchemaName};
use crate::failure::sqlstate;
use crate::migrations::{self, Applied, Migrated, Migration, Steps};
use crate::tables::TABLES;
use crate::{Migrate, MigrationStatus, OpenError};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Error, Row, query, query_scalar, raw_sql};
use std::time::Duration;
use tokio::time::timeout;

/// The steps that lead to the schema that this program knows.
pub(crate) static STEPS: [Migration; 4] = [
    Migration {
        version: 1,
        name: "0001_initial",
        sql: include_str!("../../migrations/postgres/0001_initial.sql"),
    },
    Migration {
        version: 2,
        name: "0002_kept_units",
        sql: include_str!("../../migrations/postgres/0002_kept_units.sql"),
    },
    Migration {
        version: 3,
        name: "0003_room_for_updates",
        sql: include_str!("../../migrations/postgres/0003_room_for_updates.sql"),
    },
    Migration {
        version: 4,
        name: "0004_settled_log",
        sql: include_str!("../../migrations/postgres/0004_settled_log.sql"),
    },
];

const HISTORY: &str = "
-- Which steps of the schema were applied; the checksum is of the step's text.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
)";

/// What to do where the tables of others are.
const OTHERS: &str = "name another one, or with storage.schema another schema of it";
/// How long to wait for another process that upgrades the same schema.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes sure that the database has the schema that these steps lead to.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn ready(options: &PostgresOptions, steps: Steps) -> Result<(), OpenError> {
    match options.migrate {
        Migrate::Apply => apply(options, steps).await.map(drop),
        Migrate::Verify => match status(options, steps).await?.pending {
            missing if missing.is_empty() => Ok(()),
            names => Err(OpenError::Pending { database: options.url.to_string(), names }),
        },
    }
}

/// Applies what is missing.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn apply(options: &PostgresOptions, steps: Steps) -> Result<Migrated, OpenError> {
    let mut upgrade = Upgrade::connect(options, steps).await?;
    let migrated = upgrade.apply().await;
    upgrade.close().await;
    migrated
}

/// Which steps the database has and lacks.
///
/// # Errors
/// [`OpenError`] says what is in the way.
pub(super) async fn status(options: &PostgresOptions, steps: Steps) -> Result<MigrationStatus, OpenError> {
    let mut upgrade = Upgrade::connect(options, steps).await?;
    let status = upgrade.status().await;
    upgrade.close().await;
    status
}

/// A connection of its own, which is closed afterwards whatever happens, so that it cannot keep a lock.
struct Upgrade {
    connection: PgConnection,
    /// Begins a transaction.
    begin: String,
    database: String,
    schema: SchemaName,
    steps: Steps,
    patience: Duration,
}

impl Upgrade {
    async fn connect(options: &PostgresOptions, steps: Steps) -> Result<Self, OpenError> {
        connect::in_runtime(options)?;
        let connection = connect::alone(options).await?;
        let (database, schema) = (options.url.to_string(), options.schema.clone());
        let begin = begin_outside_of_units(options, "");
        Ok(Self { connection, begin, database, schema, steps, patience: PATIENCE })
    }

    /// Which steps the database has and lacks.
    async fn status(&mut self) -> Result<MigrationStatus, OpenError> {
        let busy = OpenError::Busy { database: self.database.clone(), waited: self.patience };
        let applied = timeout(self.patience, self.applied_by_now()).await.map_err(|_| busy)??;
        migrations::status(&self.database, self.steps, &applied)
    }

    /// The same as [`Self::applied`], in a transaction of its own.
    async fn applied_by_now(&mut self) -> Result<Vec<Applied>, OpenError> {
        let failed = self.failed("read the schema of");
        self.run(AssertSqlSafe(self.begin.clone())).await.map_err(&failed)?;
        let applied = self.applied().await?;
        self.run("ROLLBACK").await.map_err(&failed)?;
        Ok(applied)
    }

    /// The steps that were applied; none if the schema is empty or absent.
    async fn applied(&mut self) -> Result<Vec<Applied>, OpenError> {
        let failed = self.failed("read the schema of");
        let relations = format!(
            "SELECT relname::text FROM pg_catalog.pg_class \
             JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace \
             WHERE nspname = '{}' AND relkind IN ('r', 'p', 'i')",
            self.schema
        );
        let relations = raw_sql(AssertSqlSafe(relations)).fetch_all(&mut self.connection).await;
        let relations = relations.and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect());
        let relations: Vec<String> = relations.map_err(&failed)?;
        let has = |name: &str| relations.iter().any(|relation| relation == name);
        let database = self.database.clone();
        if has("schema_migrations") {
            let sql = format!(
                "SELECT version, name, checksum FROM \"{}\".schema_migrations ORDER BY version",
                self.schema
            );
            let steps = raw_sql(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await;
            let step = |row: &PgRow| {
                Ok(Applied { version: row.try_get(0)?, name: row.try_get(1)?, checksum: row.try_get(2)? })
            };
            let applied: Result<Vec<_>, _> = steps.and_then(|steps| steps.iter().map(step).collect());
            let applied = applied.map_err(|error| {
                match sqlstate(&error).as_deref() {
                    // Others call a table of theirs the same, but its columns differ.
                    Some("42703") => OpenError::OtherDatabase { database, advice: OTHERS },
                    _ => failed(error),
                }
            })?;
            migrations::refuse_half_applied(&self.database, self.steps, &applied, has)?;
            Ok(applied)
        } else if has("wtb_workflows") {
            Err(OpenError::PythonDatabase { database })
        } else if TABLES.iter().all(|(_, table)| has(table)) {
            migrations::refuse_half_applied(&self.database, self.steps, &[], has).map(|()| Vec::new())
        } else if TABLES.iter().any(|(_, table)| has(table)) {
            Err(OpenError::OtherDatabase { database, advice: OTHERS })
        } else {
            Ok(Vec::new())
        }
    }

    /// Applies what is missing.
    async fn apply(&mut self) -> Result<Migrated, OpenError> {
        let MigrationStatus { applied, pending } = self.status().await?;
        let migrated = if pending.is_empty() {
            Ok(Migrated { before: applied, now: pending })
        } else {
            self.apply_in_turn().await
        };
        match &migrated {
            // A store without the mark is read as well, so this is no reason not to open it.
            Ok(_) => {
                let marked = timeout(self.patience, self.mark_entries_of_other_servers()).await;
                if !matches!(marked, Ok(Ok(()))) {
                    tracing::warn!(?marked, "the log is not marked where entries of another server end");
                }
            }
            Err(_) => {
                // Closing the connection would do, but not before the caller goes on.
                let _ = timeout(self.patience, self.run("ROLLBACK")).await;
            }
        }
        migrated
    }

    /// Marks the last entry of those that came from another server with greater ids of transactions, if there are some
    /// after the last mark. Without it, they would be taken for entries of this server once it has such ids.
    async fn mark_entries_of_other_servers(&mut self) -> Result<(), Error> {
        let (log, mark) = (format!("\"{}\".audit_logs", self.schema), i64::MAX);
        // `OFFSET 0` makes the planner find them by xid, where it would rather read the log from its end.
        let last = format!(
            "SELECT max(seq) FROM (
                SELECT seq FROM {log} WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid < '{mark}'
                AND seq > coalesce((SELECT max(seq) FROM (SELECT seq FROM {log} WHERE xid = '{mark}' OFFSET 0) AS marked), 0)
                OFFSET 0
            ) AS others"
        );
        let row = raw_sql(AssertSqlSafe(last)).fetch_one(&mut self.connection).await?;
        if let Some(last) = row.try_get::<Option<i64>, _>(0)? {
            self.run(AssertSqlSafe(format!("UPDATE {log} SET xid = '{mark}' WHERE seq = {last}"))).await?;
        }
        Ok(())
    }

    async fn apply_in_turn(&mut self) -> Result<Migrated, OpenError> {
        self.lock().await.map_err(self.failed("upgrade the schema of"))?;
        self.apply_what_is_missing().await
    }

    /// Applies what is missing, all or nothing, while every other starter waits.
    async fn apply_what_is_missing(&mut self) -> Result<Migrated, OpenError> {
        let failed = self.failed("upgrade the schema of");
        // Another process may have been faster.
        let applied = self.applied().await?;
        let pending = migrations::pending(&self.database, self.steps, &applied)?;
        self.make_history().await.map_err(&failed)?;
        for step in pending {
            self.run(step.sql).await.map_err(|error| match failed(error) {
                OpenError::Backend { database, source, .. } => {
                    OpenError::Migration { database, name: step.name, source }
                }
                other => other,
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
        let before = &self.steps[..self.steps.len() - pending.len()];
        Ok(Migrated { before: migrations::names(before), now: migrations::names(pending) })
    }

    /// Begins a transaction and takes the lock on the schema, which ends with the transaction, also behind a pooler.
    async fn lock(&mut self) -> Result<(), Error> {
        // At READ COMMITTED what was committed while this one waited is seen.
        let begin = format!(
            "{}SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {}",
            self.begin,
            self.patience.as_millis(),
        );
        self.run(AssertSqlSafe(begin)).await?;
        let key = format!("hashtextextended('wtb schema {}', 0)", self.schema);
        let free = format!("SELECT pg_try_advisory_xact_lock({key})");
        let free = query_scalar(AssertSqlSafe(free)).persistent(false);
        if !free.fetch_one(&mut self.connection).await? {
            tracing::info!(database = self.database, "waiting for another process that upgrades it");
            self.run(AssertSqlSafe(format!("SELECT pg_advisory_xact_lock({key})"))).await?;
        }
        Ok(())
    }

    /// Makes the schema and the table of its steps, where they are absent.
    async fn make_history(&mut self) -> Result<(), Error> {
        let schema = self.schema.clone();
        let exists = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";
        let exists = query_scalar(exists).bind(schema.as_str()).persistent(false);
        // `IF NOT EXISTS` would ask for the right to make schemas also where there is nothing to make.
        if !exists.fetch_one(&mut self.connection).await? {
            self.run(AssertSqlSafe(format!("CREATE SCHEMA \"{schema}\""))).await?;
        }
        self.run(HISTORY).await
    }

    async fn run(&mut self, sql: impl sqlx::SqlSafeStr) -> Result<(), Error> {
        raw_sql(sql).execute(&mut self.connection).await.map(drop)
    }

    /// What it means that the server answered an `operation` with an error.
    fn failed(&self, operation: &'static str) -> impl Fn(Error) -> OpenError + use<> {
        let (database, waited) = (self.database.clone(), self.patience);
        move |error| {
            let database = database.clone();
            match sqlstate(&error).as_deref() {
                Some("42501") => {
                    OpenError::Forbidden { database, reason: reason(&error), source: error.into() }
                }
                Some("55P03") => OpenError::Busy { database, waited },
                _ => OpenError::Backend { database, operation, source: error.into() },
            }
        }
    }

    async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "a connection did not close well");
        }
    }
}

#[cfg(test)]
mod on_postgres;
