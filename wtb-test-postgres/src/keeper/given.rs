//! The server of `WTB_TEST_POSTGRES_URL`.

use super::{ready, say};
use crate::ProvideError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use std::env;

/// Where the server is.
pub(super) const URL: &str = "WTB_TEST_POSTGRES_URL";
/// The names of databases made for tests, up to and with the name of their run.
const OF_TESTS: &str = "^wtb_test_[0-9a-f]{8}";

/// A server that was there before and stays; only the databases of this run are removed.
pub(super) struct GivenServer {
    /// Holds the lock that says that this run is alive.
    connection: PgConnection,
    run: String,
}

impl GivenServer {
    /// Looks whether it can be used, with its URL and what to call it.
    pub(super) async fn find(url: &str, run: &str) -> Result<(Self, String), ProvideError> {
        let failed = |error: sqlx::Error| ProvideError::because(format_args!("cannot use {URL}"), &error);
        let options: PgConnectOptions = url.parse().map_err(failed)?;
        let place = format!("{}:{}", options.get_host(), options.get_port());
        let version = ready::ask(url).await.map_err(failed)?;
        let mut connection = options.connect().await.map_err(failed)?;
        let may_create = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user";
        let may_create: bool =
            sqlx::query_scalar(may_create).fetch_one(&mut connection).await.map_err(failed)?;
        if !may_create {
            return Err(ProvideError::new(format!(
                "the user of {URL} may not create databases; grant it CREATEDB"
            )));
        }
        let mut this = Self { connection, run: run.to_owned() };
        this.sweep().await.map_err(failed)?;
        this.lock().await.map_err(failed)?;
        Ok((this, format!("{version} at {place} ({URL})")))
    }

    async fn lock(&mut self) -> Result<(), sqlx::Error> {
        let lock = sqlx::query("SELECT pg_advisory_lock(hashtextextended($1, 0))").bind(&self.run);
        lock.execute(&mut self.connection).await.map(drop)
    }

    /// Removes the databases of runs whose keepers are gone.
    async fn sweep(&mut self) -> Result<(), sqlx::Error> {
        let runs = "SELECT DISTINCT substring(datname from $1) FROM pg_database WHERE datname ~ $1";
        let runs: Vec<String> =
            sqlx::query_scalar(runs).bind(OF_TESTS).fetch_all(&mut self.connection).await?;
        for run in runs {
            let is_dead = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";
            if sqlx::query_scalar(is_dead).bind(&run).fetch_one(&mut self.connection).await? {
                say::progress(format_args!("removing the databases {run}…, which a killed run has left"));
                self.drop_databases(&run).await?;
                let unlock = sqlx::query("SELECT pg_advisory_unlock(hashtextextended($1, 0))").bind(&run);
                unlock.execute(&mut self.connection).await?;
            }
        }
        Ok(())
    }

    async fn drop_databases(&mut self, run: &str) -> Result<(), sqlx::Error> {
        let databases = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
        let databases: Vec<String> =
            sqlx::query_scalar(databases).bind(run).fetch_all(&mut self.connection).await?;
        for database in databases {
            let statement = format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// Removes the databases of this run.
    pub(super) async fn remove(mut self) -> Result<(), ProvideError> {
        let run = self.run.clone();
        let failed = |error| ProvideError::because("cannot remove the databases of this run", &error);
        self.drop_databases(&run).await.map_err(failed)?;
        self.connection.close().await.map_err(failed)
    }
}

/// The value of the variable, if it is set to something.
pub(super) fn url() -> Option<String> {
    env::var_os(URL).map(|url| url.to_string_lossy().into_owned()).filter(|url| !url.is_empty())
}
