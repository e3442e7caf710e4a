//! Databases that are prepared once and copied for each case.

use crate::maintenance::elsewhere;
use crate::{ProvideError, TestDatabase, TestServer};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, pool::PoolConnection};
use std::error::Error;

/// What PostgreSQL keeps of a name, less what this crate puts around it.
const LONGEST_NAME: usize = 32;

/// A prepared database that cases get copies of.
#[derive(Debug)]
pub struct Template {
    server: &'static TestServer,
    database: String,
}

impl TestServer {
    /// A database that `prepare` fills once, given its URL, and that cases get copies of.
    ///
    /// All processes of the run share the template of this `name`: 1 to 32 lower-case letters, digits and `_`. A name
    /// must stand for one way to prepare it, so let it contain a hash of the migrations.
    ///
    /// # Errors
    /// [`ProvideError`] with what `prepare` or the server said.
    pub async fn template<F, Fut, E>(&'static self, name: &str, prepare: F) -> Result<Template, ProvideError>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Template::prepared(self, name, prepare).await
    }
}

impl Template {
    /// The template of this name, prepared now if no process of the run did that before.
    async fn prepared<F, Fut, E>(
        server: &'static TestServer,
        name: &str,
        prepare: F,
    ) -> Result<Self, ProvideError>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let well_named =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if name.is_empty() || name.len() > LONGEST_NAME || !well_named {
            return Err(ProvideError::new(format!(
                "name the template `{name}` with 1 to {LONGEST_NAME} lower-case letters, digits and `_`"
            )));
        }
        let database = format!("{}_t_{name}", server.run());
        let template = Self { server, database };
        if !template.exists().await? {
            let one_at_a_time = template.lock().await?;
            let made = if template.exists().await? { Ok(()) } else { template.make(prepare).await };
            // Closing the connection is what gives the lock back.
            elsewhere(async move { one_at_a_time.close().await.map_err(|error| failed("unlock", &error)) })
                .await?;
            made?;
        }
        Ok(template)
    }

    /// A copy for one case.
    ///
    /// # Errors
    /// [`ProvideError`] with what the server said.
    pub async fn database(&self) -> Result<TestDatabase, ProvideError> {
        // Copying files is twice as fast as writing them to the log where nothing waits for the disk.
        self.server.create(&format!(" TEMPLATE \"{}\" STRATEGY file_copy", self.database)).await
    }

    async fn exists(&self) -> Result<bool, ProvideError> {
        let (pool, database) = (self.server.maintenance().pool(), self.database.clone());
        elsewhere(async move {
            let found = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
            found.bind(database).fetch_one(&pool).await.map_err(|error| failed("look for", &error))
        })
        .await
    }

    /// A connection that holds the lock on making this template.
    async fn lock(&self) -> Result<PgConnection, ProvideError> {
        let (pool, database) = (self.server.maintenance().pool(), self.database.clone());
        elsewhere(async move {
            let lock = async {
                let mut connection = pool.acquire().await.map(PoolConnection::<Postgres>::detach)?;
                let lock = sqlx::query("SELECT pg_advisory_lock(hashtextextended($1, 0))").bind(database);
                lock.execute(&mut connection).await?;
                Ok(connection)
            };
            lock.await.map_err(|error: sqlx::Error| failed("lock", &error))
        })
        .await
    }

    /// Prepares it under another name, which it loses when it is complete.
    async fn make<F, Fut, E>(&self, prepare: F) -> Result<(), ProvideError>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let maintenance = self.server.maintenance();
        let unfinished = format!("{}_new", self.database);
        maintenance.execute(format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)")).await?;
        maintenance.execute(format!("CREATE DATABASE \"{unfinished}\"")).await?;
        let prepared = prepare(self.server.url_of(&unfinished)).await;
        prepared.map_err(|error| ProvideError::because("cannot prepare the template", &*error.into()))?;
        // Nobody may come in again, or the copies would have to wait for them.
        maintenance.execute(format!("ALTER DATABASE \"{unfinished}\" ALLOW_CONNECTIONS false")).await?;
        let (pool, database) = (maintenance.pool(), self.database.clone());
        elsewhere(async move {
            let rename = async {
                let leave =
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1";
                sqlx::query(leave).bind(&unfinished).execute(&pool).await?;
                let rename = format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{database}\"");
                sqlx::raw_sql(AssertSqlSafe(rename)).execute(&pool).await
            };
            rename.await.map(drop).map_err(|error| failed("rename", &error))
        })
        .await
    }
}

fn failed(what: &str, error: &sqlx::Error) -> ProvideError {
    ProvideError::because(format_args!("cannot {what} the template"), error)
}
