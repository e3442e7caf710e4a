//! How a PostgreSQL store is opened.

use super::SchemaName;
use crate::{Migrate, PostgresUrl};
use std::num::NonZeroU32;
use std::time::Duration;

/// How a PostgreSQL store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// The database.
    pub url: PostgresUrl,
    /// Where units read, unless they ask to see the store's own writes; the database itself unless said otherwise.
    /// It is a streaming replica, or leads to one of several.
    pub read_url: Option<PostgresUrl>,
    /// How long a unit that must see the store's own writes waits for the replica to have them, before it reads the
    /// database itself; a second unless said otherwise.
    pub replica_wait: Duration,
    /// The schema that holds the tables, made if it is absent; `public` unless said otherwise.
    pub schema: SchemaName,
    /// What the server shows in its lists and logs for every connection; `wtb` unless said otherwise. An
    /// `application_name` in the URL wins.
    pub application_name: String,
    /// How many units can be open at once; 8 unless said otherwise. Each has a connection of its own.
    pub max_connections: NonZeroU32,
    /// A time limit for several waits, each of them by itself; 5 seconds unless said otherwise:
    ///
    /// - `open` and every connection outside of units, for the server to accept a connection;
    /// - a unit that begins, for a connection of the pool;
    /// - a statement, for a lock, and its answer, for the network: it may come this long after `statement_timeout`;
    /// - a dropped unit, for its `ROLLBACK`: after that its connection is closed;
    /// - `outcome_of`, for the unit to end;
    /// - `take_turn`, for the answer once its own limit is over, and the end of a turn;
    /// - a diagnosis, for a connection to the replica.
    pub wait: Duration,
    /// How long one statement may take, the commit too; a minute unless said otherwise. One that takes longer ends the
    /// unit with `Unavailable`, or a commit with `OutcomeUnknown` when the server does not answer at all.
    pub statement_timeout: Duration,
    /// How long a unit may wait for its owner between two calls; a minute unless said otherwise. Then the server rolls
    /// it back, so that a forgotten unit does not hold its locks for ever.
    pub idle_in_transaction_timeout: Duration,
    /// How long an unused connection stays open; ten minutes unless said otherwise.
    pub idle_timeout: Duration,
    /// How old a connection may become before another takes its place; half an hour unless said otherwise.
    pub max_lifetime: Duration,
    /// Whether a pooler that hands servers from transaction to transaction (PgBouncer) stands in between; no unless
    /// said otherwise. Then nothing is kept on a connection from one unit to the next: no prepared statements and no
    /// settings.
    pub pooler: bool,
    /// What opening does about the schema; [`Migrate::Apply`] unless said otherwise.
    pub migrate: Migrate,
}

impl PostgresOptions {
    /// The usual way to open the database at `url`.
    pub fn new(url: PostgresUrl) -> Self {
        Self {
            url,
            read_url: None,
            replica_wait: Duration::from_secs(1),
            schema: SchemaName::default(),
            application_name: "wtb".to_owned(),
            max_connections: NonZeroU32::MIN.saturating_add(7),
            wait: Duration::from_secs(5),
            statement_timeout: Duration::from_mins(1),
            idle_in_transaction_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_mins(10),
            max_lifetime: Duration::from_mins(30),
            pooler: false,
            migrate: Migrate::default(),
        }
    }

    /// The same, reading from the replica at this URL.
    #[must_use]
    pub fn read_url(self, read_url: PostgresUrl) -> Self {
        Self { read_url: Some(read_url), ..self }
    }

    /// The same, waiting this long for the replica to have the store's own writes.
    #[must_use]
    pub fn replica_wait(self, replica_wait: Duration) -> Self {
        Self { replica_wait, ..self }
    }

    /// The same, in another schema.
    #[must_use]
    pub fn schema(self, schema: SchemaName) -> Self {
        Self { schema, ..self }
    }

    /// The same, under another name in the server's lists and logs.
    #[must_use]
    pub fn application_name(self, application_name: impl Into<String>) -> Self {
        Self { application_name: application_name.into(), ..self }
    }

    /// The same, for this many units at once.
    #[must_use]
    pub fn max_connections(self, max_connections: NonZeroU32) -> Self {
        Self { max_connections, ..self }
    }

    /// The same, waiting this long for a connection or a lock.
    #[must_use]
    pub fn wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The same, with this long for one statement.
    #[must_use]
    pub fn statement_timeout(self, statement_timeout: Duration) -> Self {
        Self { statement_timeout, ..self }
    }

    /// The same, with this long between two calls of a unit.
    #[must_use]
    pub fn idle_in_transaction_timeout(self, idle_in_transaction_timeout: Duration) -> Self {
        Self { idle_in_transaction_timeout, ..self }
    }

    /// The same, keeping unused connections open for this long.
    #[must_use]
    pub fn idle_timeout(self, idle_timeout: Duration) -> Self {
        Self { idle_timeout, ..self }
    }

    /// The same, with connections that become this old at most.
    #[must_use]
    pub fn max_lifetime(self, max_lifetime: Duration) -> Self {
        Self { max_lifetime, ..self }
    }

    /// The same, through a pooler or not.
    #[must_use]
    pub fn pooler(self, pooler: bool) -> Self {
        Self { pooler, ..self }
    }

    /// The same, doing this about the schema.
    #[must_use]
    pub fn migrate(self, migrate: Migrate) -> Self {
        Self { migrate, ..self }
    }
}
