//! A server for one test.

use crate::provided::Provided;
use crate::{Certificates, ProvideError, keeper_process, tls};
use std::fmt;
use std::path::Path;
use std::process::{Child, Stdio};

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
        tls::speak(this.url(), certificates).await?;
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
