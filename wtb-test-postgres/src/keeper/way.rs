//! The ways to provide a server, in the order in which they are tried.

use super::local::{self, LocalServer};
use super::say;
use super::until::Ended;
use crate::ProvideError;
use crate::provided::Provided;
use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Which ways may be taken.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    url: bool,
    container: bool,
}

impl Ways {
    /// The server of `WTB_TEST_POSTGRES_URL`, a container, or the machine's own.
    pub(super) const ALL: Self = Self { url: true, container: true };
    /// A container, or the machine's own: it may be changed as one likes.
    pub(super) const OWN: Self = Self { url: false, container: true };
    /// The machine's own.
    pub(super) const LOCAL: Self = Self { url: false, container: false };
}

/// A server that is provided, and what is needed to take it away.
pub(super) struct Server {
    provided: Provided,
    local: LocalServer,
}

impl Server {
    /// What to tell those who want to use it.
    pub(super) fn provided(&self) -> &Provided {
        &self.provided
    }

    /// Takes away everything that was made to provide it.
    pub(super) fn remove(self) -> Result<(), ProvideError> {
        self.local.remove()
    }
}

/// Provides a server in the first way that works.
pub(super) async fn provide(ways: Ways, _ended: &Ended) -> Result<Server, ProvideError> {
    say::progress(format_args!("url {} container {}", ways.url, ways.container));
    local::sweep();
    let password = random();
    let (local, url, description) = LocalServer::start(&password).await?;
    let keeper =
        env::current_exe().map_err(|error| ProvideError::because("cannot find the keeper", &error))?;
    let provided = Provided {
        run: format!("wtb_test_{}", random()),
        url,
        description,
        keeper,
        socket_folder: Some(local.socket_folder()),
    };
    Ok(Server { provided, local })
}

/// Eight characters that nobody can guess before they are used.
fn random() -> String {
    let number = RandomState::new().build_hasher().finish();
    format!("{:08x}", number >> 32)
}
