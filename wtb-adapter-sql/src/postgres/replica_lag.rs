//! Looking at a replica for an operator: whether it can be read, and how far it is behind.

use super::own_writes::LogPlace;
use super::replica::Replica;
use crate::deadline::deadline_after;
use crate::failure::Failure;
use crate::{Diagnosis, OpenError, Problem};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Error, Row, query_scalar, raw_sql};
use wtb_ports::{StoreError, StoreResult};

/// How far the log of a primary is.
const END: &str =
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN (pg_current_wal_flush_lsn() - '0/0')::int8 END";

/// How far the log of the server at the other end is; absent where that is no primary.
pub(super) async fn end_of_log(connection: &mut PgConnection) -> Result<Option<LogPlace>, Error> {
    let end: Option<i64> = query_scalar(END).persistent(false).fetch_one(connection).await?;
    Ok(end.map(LogPlace::from))
}

/// What a replica says of itself.
struct Lag {
    in_recovery: bool,
    /// Absent where it is the primary itself.
    bytes: Option<i64>,
    /// Absent also where it is behind and has not replayed a commit since it started.
    seconds: Option<f64>,
}

impl Lag {
    /// How far the server at the other end is behind `end`.
    ///
    /// The time is that since the last commit it has replayed: there is no other before the next one comes.
    async fn seen_through(connection: &mut PgConnection, end: LogPlace) -> Result<Self, Error> {
        let sql = format!(
            "SELECT pg_is_in_recovery(),
                    CASE WHEN replayed >= \"end\" THEN 0 ELSE (\"end\" - replayed)::int8 END,
                    CASE WHEN replayed >= \"end\" THEN 0 ELSE
                         round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 3)::float8 END
             FROM (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END AS replayed,
                          '{end}'::pg_lsn AS \"end\") AS places"
        );
        let row = raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await?;
        Ok(Self { in_recovery: row.try_get(0)?, bytes: row.try_get(1)?, seconds: row.try_get(2)? })
    }
}

impl Replica {
    /// Adds what there is to know about it, behind a primary whose log has come to `end`, and what is wrong with it.
    pub(super) async fn diagnose(&self, end: Option<LogPlace>, diagnosis: &mut Diagnosis) {
        let facts = &mut diagnosis.facts;
        facts.push(("replica", self.pool().name().into()));
        match self.lag(end.unwrap_or_default()).await {
            Ok(Lag { in_recovery, bytes, seconds }) => {
                facts.push(("replica_in_recovery", in_recovery.into()));
                facts.extend(bytes.map(|bytes| ("replica_lag_bytes", bytes.into())));
                facts.extend(seconds.map(|seconds| ("replica_lag_seconds", seconds.into())));
            }
            Err(StoreError::Backend { source, .. }) if source.is::<OpenError>() => {
                diagnosis.problems.push(Problem::error(source.to_string()));
            }
            Err(error) => {
                diagnosis.problems.push(Problem::error(format!("the replica cannot be read: {error}")));
            }
        }
    }

    async fn lag(&self, end: LogPlace) -> StoreResult<Lag> {
        let mut lease = self.pool().begin_to_read(deadline_after(self.pool().options.wait)).await?;
        let mut idle = lease.take().map_err(|misuse| Failure::from(misuse).during("diagnose"))?;
        let lag = Lag::seen_through(&mut idle.connection, end).await;
        lease.put_back(idle);
        lag.map_err(|error| Failure::from(error).during("diagnose"))
    }
}
