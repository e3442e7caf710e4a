//! The server that all test processes of a run share.

use crate::maintenance::{Maintenance, elsewhere};
use crate::provided::Provided;
use crate::{Certificates, ProvideError, TestDatabase, shared, tls, url};
use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;

/// The PostgreSQL server of this run.
pub struct TestServer {
    provided: Provided,
    maintenance: Maintenance,
    databases: AtomicU32,
    /// Tells a keeper that this process needs the server.
    _lease: Option<File>,
}

impl TestServer {
    /// The server, started now if no process of the run did that before.
    ///
    /// # Errors
    /// [`ProvideError`] if there is no way to provide one; it says what to install or to set.
    pub async fn get() -> Result<&'static Self, ProvideError> {
        static SERVER: OnceCell<Result<TestServer, ProvideError>> = OnceCell::const_new();
        SERVER.get_or_init(|| elsewhere(Self::find())).await.as_ref().map_err(Clone::clone)
    }

    async fn find() -> Result<Self, ProvideError> {
        let found = tokio::task::spawn_blocking(shared::find).await;
        let (provided, lease) = found
            .map_err(|error| ProvideError::because("looking for the test server broke off", &error))??;
        let maintenance = Maintenance::new(&provided.url)?;
        Ok(Self { provided, maintenance, databases: AtomicU32::new(0), _lease: lease })
    }

    /// Its maintenance database, as a user who may do everything, with the password.
    pub fn url(&self) -> &str {
        &self.provided.url
    }

    /// Its version and how it is provided, such as `15.18 from /usr/lib/postgresql/15/bin`.
    pub fn description(&self) -> &str {
        &self.provided.description
    }

    /// The folder of its Unix socket, if it is the machine's own and was started for this run.
    pub fn socket_folder(&self) -> Option<&Path> {
        self.provided.socket_folder.as_deref()
    }

    /// Has it speak TLS from now on, as 127.0.0.1 and `localhost`, with whoever asks for it: for a run that is alone with
    /// a server that was started for it.
    ///
    /// # Errors
    /// [`ProvideError`] with what the server said.
    pub async fn speak_tls(&self, certificates: &Certificates) -> Result<(), ProvideError> {
        tls::speak(self.url(), certificates).await
    }

    /// A database with nothing in it.
    ///
    /// # Errors
    /// [`ProvideError`] with what the server said.
    pub async fn empty_database(&self) -> Result<TestDatabase, ProvideError> {
        self.create("").await
    }

    /// A new database; `from` is the end of the statement that makes it.
    pub(crate) async fn create(&self, from: &str) -> Result<TestDatabase, ProvideError> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{}_{number}", self.run(), process::id());
        let url = self.url_of(&name);
        TestDatabase::create(name, url, from, self.maintenance.clone()).await
    }

    /// Begins the name of every database of this run.
    pub(crate) fn run(&self) -> &str {
        &self.provided.run
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        url::with_database(&self.provided.url, database)
    }

    pub(crate) fn maintenance(&self) -> &Maintenance {
        &self.maintenance
    }
}

impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("description", &self.description()).finish_non_exhaustive()
    }
}
