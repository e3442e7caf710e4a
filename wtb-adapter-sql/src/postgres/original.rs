//! The database that a store writes to, and whether what another server shows is a copy of it.

use super::own_writes::LogPlace;
use super::session::begin_outside_of_units;
use super::{PostgresOptions, connect};
use crate::OpenError;
use crate::deadline::deadline_after;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, Row, raw_sql};
use std::sync::Arc;

/// What a server says of itself. A copy has the identifier of the cluster that it was copied from, and each database has
/// its number from there.
const LOOK: &str = "
SELECT system_identifier,
       (SELECT oid::int8 FROM pg_database WHERE datname = current_database()),
       pg_is_in_recovery(),
       extract(epoch FROM pg_postmaster_start_time())::text,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::int8
FROM pg_control_system()";

/// The database that a store writes to.
pub(super) struct Original {
    name: String,
    connect: PgConnectOptions,
    /// The text that looks at a server.
    look: Arc<str>,
    database: Database,
}

/// Which database a server shows.
pub(super) enum Shown {
    /// A copy that follows the original.
    Copy,
    /// The original itself.
    Original,
    /// Neither.
    Another,
}

/// A database of a cluster, whichever server shows it.
#[derive(PartialEq, Eq)]
struct Database {
    cluster: i64,
    number: i64,
}

/// A server as it says it is.
struct Server {
    database: Database,
    in_recovery: bool,
    started: String,
    /// Everything so far is before this place; absent when it does not tell.
    end: Option<LogPlace>,
}

impl Server {
    async fn seen_through(connection: &mut PgConnection, look: &Arc<str>) -> Result<Self, Error> {
        // What is prepared on one server, a pooler may execute on another.
        let row = raw_sql(AssertSqlSafe(Arc::clone(look))).fetch_one(connection).await?;
        Ok(Self {
            database: Database { cluster: row.try_get(0)?, number: row.try_get(1)? },
            in_recovery: row.try_get(2)?,
            started: row.try_get(3)?,
            end: row.try_get::<Option<i64>, _>(4)?.map(LogPlace::from),
        })
    }

    async fn at(connect: &PgConnectOptions, look: &Arc<str>) -> Result<Self, Error> {
        let mut connection = connect.connect().await?;
        let server = Self::seen_through(&mut connection, look).await?;
        connection.close().await?;
        Ok(server)
    }
}

impl Original {
    /// The database that `options` name for writing, and the place in its log that everything so far is before.
    ///
    /// # Errors
    /// `Unreachable` with what the server or the system said.
    pub(super) async fn look(options: &PostgresOptions) -> Result<(Self, LogPlace), OpenError> {
        let name = options.url.to_string();
        let connect = connect::plain(&options.url, options)?.statement_cache_capacity(0);
        let look = format!("{}{LOOK}; COMMIT", begin_outside_of_units(options, " READ ONLY")).into();
        let attempt = || Server::at(&connect, &look);
        let looked =
            connect::patiently(deadline_after(options.wait), connect::may_pass_at_opening, attempt).await;
        let Server { database, end, .. } = looked.map_err(|error| connect::unreachable(options, error))?;
        Ok((Self { name, connect, look, database }, end.unwrap_or_default()))
    }

    /// Its name, without secrets.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the server at the other end shows.
    ///
    /// One that was promoted shows a copy that goes its own ways; only the server of the original knows whether it is
    /// that one.
    ///
    /// # Errors
    /// What a server or the system said.
    pub(super) async fn shown_by(&self, connection: &mut PgConnection) -> Result<Shown, Error> {
        let server = Server::seen_through(connection, &self.look).await?;
        if server.database != self.database {
            return Ok(Shown::Another);
        }
        if server.in_recovery {
            return Ok(Shown::Copy);
        }
        let own = Server::at(&self.connect, &self.look).await?;
        Ok(if server.started == own.started { Shown::Original } else { Shown::Another })
    }
}
