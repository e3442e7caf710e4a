//! A server for one test.

use crate::maintenance::{Maintenance, elsewhere};
use crate::provided::Provided;
use crate::{Certificates, ProvideError, keeper_process};
use sqlx::{Connection, PgConnection};
use std::fmt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// How long a server takes to begin speaking TLS after it was told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server of a test's own, for what the shared one must not be configured for. It ends with this value.
///
/// `WTB_TEST_POSTGRES_URL` has no influence: it is a container, or the machine's own PostgreSQL.
pub struct OwnServer {
    provided: Provided,
    keeper: Child,
}

impl OwnServer {
    /// A server.
    ///
    /// # Errors
    /// [`ProvideError`] if there is neither a Docker engine nor PostgreSQL on this machine.
    pub async fn start() -> Result<Self, ProvideError> {
        Self::provide(&["provide", "--own"]).await
    }

    /// A server that speaks TLS too, as 127.0.0.1 and `localhost`.
    ///
    /// # Errors
    /// [`ProvideError`] if there is neither a Docker engine nor PostgreSQL on this machine.
    pub async fn with_tls(certificates: &Certificates) -> Result<Self, ProvideError> {
        let this = Self::start().await?;
        this.speak_tls(certificates.server_chain(), certificates.server_key()).await?;
        Ok(this)
    }

    /// A server that listens on a Unix socket too, in [`socket_folder`](Self::socket_folder).
    ///
    /// # Errors
    /// [`ProvideError`] if there is no PostgreSQL on this machine: a container's socket cannot be reached.
    pub async fn on_a_socket() -> Result<Self, ProvideError> {
        Self::provide(&["provide", "--local"]).await
    }

    /// A server that is started again on the same data, at the same place, whenever it was [killed](Self::kill).
    ///
    /// # Errors
    /// [`ProvideError`] if there is neither a Docker engine nor PostgreSQL on this machine.
    pub async fn restarting() -> Result<Self, ProvideError> {
        Self::provide(&["provide", "--restarting"]).await
    }

    /// A server whose data is on a disk of 128 MiB, of which it needs half.
    ///
    /// # Errors
    /// [`ProvideError`] if there is no Docker engine.
    pub async fn with_little_room() -> Result<Self, ProvideError> {
        Self::provide(&["provide", "--small"]).await
    }

    async fn provide(arguments: &'static [&'static str]) -> Result<Self, ProvideError> {
        let start = tokio::task::spawn_blocking(|| keeper_process::start(arguments, Stdio::piped()));
        let (keeper, provided) =
            start.await.map_err(|error| ProvideError::because("starting a server broke off", &error))??;
        Ok(Self { provided, keeper })
    }

    /// Kills it, with nothing written that it has only in memory. It comes back if it is a
    /// [restarting](Self::restarting) one, which this does not wait for.
    ///
    /// # Errors
    /// [`ProvideError`] if it cannot be killed, or would not come back.
    pub async fn kill(&self) -> Result<(), ProvideError> {
        let Some(place) = self.provided.restarting.clone() else {
            return Err(ProvideError::new("the server would not be started again"));
        };
        let keeper = self.provided.keeper.clone();
        let order = move || keeper_process::order(&keeper, &["kill-server", &place]);
        let done = tokio::task::spawn_blocking(order).await;
        done.map_err(|error| ProvideError::because("an order to the keeper broke off", &error))?
    }

    /// Its maintenance database over TCP, as a user who may do everything, with the password.
    pub fn url(&self) -> &str {
        &self.provided.url
    }

    /// The folder of its Unix socket, if it is on this machine.
    pub fn socket_folder(&self) -> Option<&Path> {
        self.provided.socket_folder.as_deref()
    }

    /// Writes the files through the server itself: they have to be its own, wherever it runs.
    async fn speak_tls(&self, chain: &str, key: &str) -> Result<(), ProvideError> {
        let maintenance = Maintenance::new(self.url())?;
        for (file, text) in [("server.crt", chain), ("server.key", key)] {
            let lines = text.replace('\n', "\\n");
            maintenance
                .execute(format!(
                    "COPY (SELECT unnest(string_to_array(E'{lines}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'"
                ))
                .await?;
        }
        maintenance.execute("ALTER SYSTEM SET ssl = on".to_owned()).await?;
        maintenance.execute("SELECT pg_reload_conf()".to_owned()).await?;
        let url = self.url().to_owned();
        let speaks = elsewhere(async move {
            while !speaks_tls(&url)
                .await
                .map_err(|error| ProvideError::because("cannot ask for tls", &error))?
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        });
        let in_time = tokio::time::timeout(PATIENCE, speaks).await;
        in_time.unwrap_or_else(|_| Err(ProvideError::new("the server did not begin to speak tls")))
    }
}

/// Whether somebody who comes now is offered TLS.
async fn speaks_tls(url: &str) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let setting: String = sqlx::query_scalar("SHOW ssl").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(setting == "on")
}

impl fmt::Debug for OwnServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnServer").field("description", &self.provided.description).finish_non_exhaustive()
    }
}

impl Drop for OwnServer {
    /// Waits until it is gone.
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
