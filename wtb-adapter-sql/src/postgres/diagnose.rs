//! Looking at the whole database for an operator.

use super::PostgresStore;
use super::replica_lag::end_of_log;
use crate::Diagnosis;
use crate::failure::Failure;
use crate::tables::TABLES;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Error, Row, query, query_scalar, raw_sql};
use wtb_ports::StoreResult;

/// What is told about the server and the database.
const FACTS: [(&str, &str); 9] = [
    ("server_version", "SELECT current_setting('server_version')"),
    ("database", "SELECT current_database()::text"),
    ("schema", "SELECT current_schema()::text"),
    ("encoding", "SELECT current_setting('server_encoding')"),
    ("size", "SELECT pg_size_pretty(pg_database_size(current_database()))"),
    ("synchronous_commit", "SELECT current_setting('synchronous_commit')"),
    ("max_connections", "SELECT current_setting('max_connections')"),
    ("connections", "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database()"),
    ("in_recovery", "SELECT pg_is_in_recovery()::text"),
];

/// Indexes and rules that the database does not keep as it should.
const PROBLEMS: &str = "
SELECT format('index %s is not valid; run REINDEX INDEX %s', name, name)
FROM (SELECT indexrelid::regclass::text AS name FROM pg_index
      JOIN pg_class ON pg_class.oid = indrelid
      WHERE relnamespace = current_schema()::regnamespace AND NOT (indisvalid AND indisready)) AS invalid
UNION ALL
SELECT format('constraint %s of %s is not validated', conname, conrelid::regclass)
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
UNION ALL
SELECT DISTINCT format('a trigger of %s is disabled, so references may be broken', tgrelid::regclass)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = current_schema()::regnamespace AND tgenabled = 'D'";

impl PostgresStore {
    /// Looks at the whole database, which takes a while when it is large, and at how far its replica has come.
    ///
    /// # Errors
    /// As for any read. What is wrong with the database or the replica is a problem in the answer.
    pub async fn diagnose(&self) -> StoreResult<Diagnosis> {
        let mut lease = self.primary.begin_to_read(self.deadline()).await?;
        let mut idle = lease.take().map_err(|misuse| Failure::from(misuse).during("diagnose"))?;
        let looked = look(&mut idle.connection).await;
        let end = end_of_log(&mut idle.connection).await;
        lease.put_back(idle);
        let failed = |error| Failure::from(error).during("diagnose");
        let mut diagnosis = looked.map_err(failed)?;
        if let Some(replica) = &self.replica {
            replica.diagnose(end.map_err(failed)?, &mut diagnosis).await;
        }
        Ok(diagnosis)
    }
}

async fn look(connection: &mut PgConnection) -> Result<Diagnosis, Error> {
    // Counting takes as long as it takes.
    raw_sql("SET LOCAL statement_timeout = 0").execute(&mut *connection).await?;
    let latest = "SELECT max(version) FROM schema_migrations";
    let schema_version = query_scalar(latest).persistent(false).fetch_one(&mut *connection).await?;
    let mut facts = Vec::with_capacity(FACTS.len());
    for (name, sql) in FACTS {
        facts.push((name, query_scalar(sql).persistent(false).fetch_one(&mut *connection).await?));
    }
    let mut counts = Vec::with_capacity(TABLES.len());
    for (kind, table) in TABLES {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count: i64 = query_scalar(sql).persistent(false).fetch_one(&mut *connection).await?;
        counts.push((kind, u64::try_from(count).unwrap_or(0)));
    }
    let problems = query(PROBLEMS).persistent(false).fetch_all(&mut *connection).await?;
    let problems = problems.iter().map(|row: &PgRow| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(Diagnosis { schema_version, facts, counts, problems })
}
