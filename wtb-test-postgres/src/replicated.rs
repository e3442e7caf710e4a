//! A server and its streaming replica, for one test.

use crate::maintenance::Maintenance;
use crate::provided::{Provided, ProvidedReplica};
use crate::{ProvideError, TestDatabase, keeper_process, url};
use std::fmt;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A server and its streaming replica, each in a container of its own. They end with this value.
pub struct ReplicatedServer {
    provided: Provided,
    replica: ProvidedReplica,
    keeper: Child,
    databases: AtomicU32,
}

impl ReplicatedServer {
    /// Two servers.
    ///
    /// # Errors
    /// [`ProvideError`] if there is no Docker engine.
    pub async fn start() -> Result<Self, ProvideError> {
        let start =
            tokio::task::spawn_blocking(|| keeper_process::start(&["provide", "--pair"], Stdio::piped()));
        let (keeper, mut provided) =
            start.await.map_err(|error| ProvideError::because("starting servers broke off", &error))??;
        let replica = provided.replica.take();
        let replica =
            replica.ok_or_else(|| ProvideError::new("the keeper of the test servers has no replica"))?;
        Ok(Self { provided, replica, keeper, databases: AtomicU32::new(0) })
    }

    /// The maintenance database of the first server, as a user who may do everything, with the password.
    pub fn url(&self) -> &str {
        &self.provided.url
    }

    /// The same database as its replica shows it.
    pub fn replica_url(&self) -> &str {
        &self.replica.url
    }

    /// A database with nothing in it, which the replica may not have yet.
    ///
    /// # Errors
    /// [`ProvideError`] with what the server said.
    pub async fn empty_database(&self) -> Result<TestDatabase, ProvideError> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.provided.run);
        let url = url::with_database(self.url(), &name);
        TestDatabase::create(name, url, "", Maintenance::new(self.url())?).await
    }

    /// Where the replica has a database.
    pub fn replica_url_of(&self, database: &TestDatabase) -> String {
        url::with_database(self.replica_url(), database.name())
    }

    /// Stops the replica where it is: it neither answers nor closes connections.
    ///
    /// # Errors
    /// [`ProvideError`] with what the engine said.
    pub async fn pause_replica(&self) -> Result<(), ProvideError> {
        self.order("pause").await
    }

    /// Lets the replica go on.
    ///
    /// # Errors
    /// [`ProvideError`] with what the engine said.
    pub async fn unpause_replica(&self) -> Result<(), ProvideError> {
        self.order("unpause").await
    }

    /// Ends the replica for good.
    ///
    /// # Errors
    /// [`ProvideError`] with what the engine said.
    pub async fn kill_replica(&self) -> Result<(), ProvideError> {
        self.order("kill").await
    }

    async fn order(&self, verb: &'static str) -> Result<(), ProvideError> {
        let (keeper, container) = (self.provided.keeper.clone(), self.replica.container.clone());
        let order = move || keeper_process::order(&keeper, &[verb, &container]);
        let done = tokio::task::spawn_blocking(order).await;
        done.map_err(|error| ProvideError::because("an order to the keeper broke off", &error))?
    }
}

impl fmt::Debug for ReplicatedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let description = &self.provided.description;
        f.debug_struct("ReplicatedServer").field("description", description).finish_non_exhaustive()
    }
}

impl Drop for ReplicatedServer {
    /// Waits until they are gone.
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
