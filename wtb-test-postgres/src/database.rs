//! A database for one case.

use crate::ProvideError;
use crate::maintenance::Maintenance;
use std::fmt;

/// A database that is dropped with this value, with everybody who is still connected to it.
pub struct TestDatabase {
    name: String,
    url: String,
    maintenance: Maintenance,
}

impl TestDatabase {
    /// Makes a database: `from` is the end of the statement.
    pub(crate) async fn create(
        name: String,
        url: String,
        from: &str,
        maintenance: Maintenance,
    ) -> Result<Self, ProvideError> {
        maintenance.execute(format!("CREATE DATABASE \"{name}\"{from}")).await?;
        Ok(Self { name, url, maintenance })
    }

    /// Where it is, with user and password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Drop for TestDatabase {
    /// Waits until it is gone: a test runner may end the process right after the test.
    fn drop(&mut self) {
        if let Err(error) = self.maintenance.drop_database(&self.name) {
            #[expect(
                clippy::print_stderr,
                reason = "the keeper drops it at the end; the test shall not fail"
            )]
            {
                eprintln!("{error}");
            }
        }
    }
}
