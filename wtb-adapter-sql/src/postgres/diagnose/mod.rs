//! Examining a database for an operator.

mod catalogue;
mod guards;
mod rows;
mod sequences;
mod settings;

use super::PostgresStore;
use super::connect::{reason, survives};
use super::replica_lag::end_of_log;
use crate::examine::{Findings, Gaps, Phase};
use crate::failure::Failure;
use crate::{Diagnosis, Examination, Fact, Problem, unfinished_copy};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Column, Error, Row, TypeInfo, query, query_scalar, raw_sql};
use wtb_ports::StoreResult;

/// What is reported about the server and the database.
const FACTS: [(&str, &str); 9] = [
    ("server_version", "SELECT current_setting('server_version')"),
    ("database", "SELECT current_database()::text"),
    ("schema", "SELECT current_schema()::text"),
    ("encoding", "SELECT current_setting('server_encoding')"),
    ("size_bytes", "SELECT pg_database_size(current_database())"),
    ("synchronous_commit", "SELECT current_setting('synchronous_commit')"),
    ("max_connections", "SELECT current_setting('max_connections')::int8"),
    ("connections", "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"),
    ("in_recovery", "SELECT pg_is_in_recovery()"),
];

/// What makes the texts of the catalogue the same everywhere. The savepoint is where a failed part goes back to.
const PREPARE: &str =
    "SET LOCAL statement_timeout = 0; SET LOCAL quote_all_identifiers = off; SAVEPOINT part";

impl PostgresStore {
    /// Examines the database, and how far the replica is behind.
    ///
    /// # Errors
    /// As for any read. What is wrong with the database or the replica is a problem in the result.
    pub async fn diagnose(&self, examination: Examination) -> StoreResult<Diagnosis> {
        let mut lease = self.primary.begin_to_read(self.deadline()).await?;
        let mut idle = lease.take().map_err(|misuse| Failure::from(misuse).during("diagnose"))?;
        let examined = Examiner::run(&mut idle.connection, examination).await;
        let end = end_of_log(&mut idle.connection).await;
        lease.put_back(idle);
        let failed = |error| Failure::from(error).during("diagnose");
        let mut diagnosis = examined.map_err(failed)?;
        if let Some(replica) = &self.replica {
            replica.diagnose(end.map_err(failed)?, &mut diagnosis).await;
        }
        Ok(diagnosis)
    }
}

/// An examination, in a transaction that only reads.
struct Examiner<'c> {
    connection: &'c mut PgConnection,
    findings: Findings,
    /// What precedes the name of a table in a statement that somebody runs elsewhere.
    qualifier: String,
}

/// Examines one part: a part that the server refuses, for want of a right or of a table, leaves the others as they are.
macro_rules! part {
    ($examiner:ident, $name:expr, $part:expr) => {{
        let examined = $part.await;
        $examiner.settle($name, examined).await?
    }};
}
use part;

impl<'c> Examiner<'c> {
    async fn run(connection: &'c mut PgConnection, examination: Examination) -> Result<Diagnosis, Error> {
        raw_sql(PREPARE).execute(&mut *connection).await?;
        let latest = "SELECT max(version), quote_ident(current_schema()) FROM schema_migrations";
        let latest = query(latest).persistent(false).fetch_one(&mut *connection).await?;
        let (schema_version, schema): (i64, String) = (latest.try_get(0)?, latest.try_get(1)?);
        let mut this = Self { connection, findings: Findings::default(), qualifier: format!("{schema}.") };
        let facts = this.facts().await?;
        part!(this, "settings", this.examine_settings());
        let gaps = part!(this, "catalogue", this.examine_catalogue()).unwrap_or_default();
        part!(this, "triggers, rules and row-level security", this.examine_guards());
        part!(this, "kept_units", this.examine_identity(&gaps));
        this.examine_sequences(&gaps).await?;
        let counts = match examination {
            Examination::Quick => Vec::new(),
            Examination::Full => this.examine_rows(&gaps).await?,
        };
        Ok(Diagnosis { schema_version, facts, counts, problems: this.findings.into_problems() })
    }

    /// What a part of the examination found; nothing, and a note about it, if the server refused.
    ///
    /// # Errors
    /// If the connection is of no use any more.
    async fn settle<T>(&mut self, part: &str, examined: Result<T, Error>) -> Result<Option<T>, Error> {
        match examined {
            Ok(found) => Ok(Some(found)),
            Err(error) if survives(&error) => {
                raw_sql("ROLLBACK TO SAVEPOINT part").execute(&mut *self.connection).await?;
                self.findings.not_examined(part, &reason(&error));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn facts(&mut self) -> Result<Vec<(&'static str, Fact)>, Error> {
        let mut facts = Vec::with_capacity(FACTS.len());
        for (name, sql) in FACTS {
            let row = query(sql).persistent(false).fetch_one(&mut *self.connection).await;
            let fact = row.and_then(|row| fact(&row));
            facts.extend(self.settle(name, fact).await?.map(|fact| (name, fact)));
        }
        Ok(facts)
    }

    /// Whether the row that tells this store from its copies is there, and no mark of an unfinished copy.
    async fn examine_identity(&mut self, gaps: &Gaps) -> Result<(), Error> {
        if gaps.has_no_table("kept_units") {
            return Ok(());
        }
        let mark = query_scalar(unfinished_copy::COUNT_IN_POSTGRES).persistent(false);
        if mark.fetch_one(&mut *self.connection).await.map(|count: i64| count > 0)? {
            self.findings.add(Phase::Settings, Problem::error(unfinished_copy::MESSAGE));
        }
        let sql = "SELECT count(*) FROM kept_units WHERE began = 'epoch'";
        let count: i64 = query_scalar(sql).persistent(false).fetch_one(&mut *self.connection).await?;
        if count != 1 {
            let message = "kept_units has no row that tells this store from its copies, so the outcome of a commit \
                cannot be asked for";
            let values = "('epoch', hashtextextended(gen_random_uuid()::text, 0))";
            let repair = format!("INSERT INTO {}kept_units VALUES {values};", self.qualifier);
            self.findings.add(Phase::Rows, Problem::error(message).repaired_by(repair));
        }
        Ok(())
    }
}

fn fact(row: &PgRow) -> Result<Fact, Error> {
    Ok(match row.try_column(0)?.type_info().name() {
        "BOOL" => row.try_get::<bool, _>(0)?.into(),
        "INT8" => row.try_get::<i64, _>(0)?.into(),
        _ => row.try_get::<String, _>(0)?.into(),
    })
}
