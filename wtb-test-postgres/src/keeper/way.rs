//! The ways to provide a server, in the order in which they are tried.

use super::container::Container;
use super::given::{self, GivenServer};
use super::local::{self, LocalServer};
use super::pair::Pair;
use super::say;
use super::settings::Durability;
use super::until::Ended;
use crate::ProvideError;
use crate::provided::Provided;
use std::convert::Infallible;
use std::env;
use std::future::pending;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;

/// Which ways may be taken.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    given: bool,
    /// Those of our own, in the order in which they are tried.
    own: &'static [Own],
    durability: Durability,
    restarts: bool,
}

/// A way to start a server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    Container,
    Local,
}

impl Ways {
    /// The server of `WTB_TEST_POSTGRES_URL`, a container, or the machine's own.
    pub(super) const ALL: Self = Self { given: true, ..Self::OWN };
    /// A container, or the machine's own: it may be changed as one likes.
    pub(super) const OWN: Self = Self {
        given: false,
        own: &[Own::Container, Own::Local],
        durability: Durability::None,
        restarts: false,
    };
    /// The same, and started again when it was killed.
    pub(super) const RESTARTING: Self = Self { restarts: true, ..Self::OWN };
    /// The machine's own.
    pub(super) const LOCAL: Self = Self { own: &[Own::Local], ..Self::OWN };
    /// The server of `WTB_TEST_POSTGRES_URL`, else one that keeps its promises: the machine's own, which no network of
    /// containers slows down, or a container.
    pub(super) const DURABLE: Self = Self {
        given: true,
        own: &[Own::Local, Own::Container],
        durability: Durability::Full,
        restarts: false,
    };
}

/// A server that is provided, and what is needed to take it away.
pub(super) struct Server {
    provided: Provided,
    kind: Kind,
}

enum Kind {
    Given(GivenServer),
    Container(Box<Container>),
    Pair(Box<Pair>),
    Local(LocalServer),
}

impl Server {
    /// What to tell those who want to use it.
    pub(super) fn provided(&self) -> &Provided {
        &self.provided
    }

    /// Starts it again whenever it was killed, if it is one that is.
    pub(super) async fn start_again_when_killed(&mut self) -> Infallible {
        match &mut self.kind {
            Kind::Local(server) if self.provided.restarting.is_some() => {
                server.start_again_when_killed().await
            }
            // A container does that by itself.
            _ => pending().await,
        }
    }

    /// Takes away everything that was made to provide it.
    pub(super) async fn remove(self) -> Result<(), ProvideError> {
        match self.kind {
            Kind::Given(server) => server.remove().await,
            Kind::Container(container) => container.remove().await,
            Kind::Pair(pair) => pair.remove().await,
            Kind::Local(server) => server.remove(),
        }
    }
}

/// Provides a server in the first way that works.
pub(super) async fn provide(ways: Ways, ended: &Ended) -> Result<Server, ProvideError> {
    let run = run();
    let (kind, url, description) = first(ways, &run, ended).await?;
    let socket_folder = match &kind {
        Kind::Local(server) => Some(server.socket_folder()),
        Kind::Given(_) | Kind::Container(_) | Kind::Pair(_) => None,
    };
    let restarting = match &kind {
        Kind::Container(container) if ways.restarts => Some(container.id().to_owned()),
        Kind::Local(server) if ways.restarts => Some(server.data_folder().display().to_string()),
        _ => None,
    };
    let keeper = keeper()?;
    let provided = Provided { run, url, description, keeper, socket_folder, restarting, replica: None };
    Ok(Server { provided, kind })
}

/// Provides a server on a small disk, which takes a container.
pub(super) async fn provide_small(ended: &Ended) -> Result<Server, ProvideError> {
    let (container, url, description) = Container::start_on_a_small_disk(&random(), ended).await?;
    let provided = Provided {
        run: run(),
        url,
        description,
        keeper: keeper()?,
        socket_folder: None,
        restarting: None,
        replica: None,
    };
    Ok(Server { provided, kind: Kind::Container(Box::new(container)) })
}

/// Provides a server and its replica, which takes containers.
pub(super) async fn provide_pair(ended: &Ended) -> Result<Server, ProvideError> {
    let (pair, url, description, replica) = Pair::start(&random(), ended).await?;
    let (run, keeper, replica) = (run(), keeper()?, Some(replica));
    let provided = Provided { run, url, description, keeper, socket_folder: None, restarting: None, replica };
    Ok(Server { provided, kind: Kind::Pair(Box::new(pair)) })
}

fn run() -> String {
    format!("wtb_test_{}", random())
}

fn keeper() -> Result<PathBuf, ProvideError> {
    env::current_exe().map_err(|error| ProvideError::because("cannot find the keeper", &error))
}

async fn first(ways: Ways, run: &str, ended: &Ended) -> Result<(Kind, String, String), ProvideError> {
    if let Some(url) = given::url().filter(|_| ways.given) {
        let (server, description) = GivenServer::find(&url, run).await?;
        return Ok((Kind::Given(server), url, description));
    }
    local::sweep();
    let password = random();
    let mut refusals = Vec::new();
    for way in ways.own {
        match start(*way, &password, ways, ended).await {
            Ok(server) => {
                refusals.iter().for_each(say::progress);
                return Ok(server);
            }
            Err(error) => refusals.push(error.to_string()),
        }
    }
    Err(none(ways, &refusals))
}

async fn start(
    way: Own,
    password: &str,
    Ways { durability, restarts, .. }: Ways,
    ended: &Ended,
) -> Result<(Kind, String, String), ProvideError> {
    Ok(match way {
        Own::Container => {
            let (container, url, description) =
                Container::start(password, restarts, durability, ended).await?;
            (Kind::Container(Box::new(container)), url, description)
        }
        Own::Local => {
            let (server, url, description) = LocalServer::start(password, durability).await?;
            (Kind::Local(server), url, description)
        }
    })
}

/// One sentence for whoever has no server at all.
fn none(ways: Ways, refusals: &[String]) -> ProvideError {
    let advice = match ways {
        Ways { given: true, .. } => {
            "install postgresql 15 or newer, start a docker engine, or set WTB_TEST_POSTGRES_URL"
        }
        Ways { own, .. } if own.contains(&Own::Container) => {
            "install postgresql 15 or newer, or start a docker engine"
        }
        Ways { .. } => "install postgresql 15 or newer",
    };
    ProvideError::new(format!("there is no postgresql for tests: {advice} ({})", refusals.join("; ")))
}

/// Eight characters that nobody can guess before they are used.
fn random() -> String {
    let number = RandomState::new().build_hasher().finish();
    format!("{:08x}", number >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_server_one_sentence_says_what_to_do() {
        let refusals = ["there is no docker engine".to_owned(), "postgresql is not installed".to_owned()];
        let said = none(Ways::ALL, &refusals).to_string();
        assert_eq!(
            said,
            "there is no postgresql for tests: install postgresql 15 or newer, start a docker engine, or set \
             WTB_TEST_POSTGRES_URL (there is no docker engine; postgresql is not installed)"
        );
    }
}
