//! What settings are tried, and the servers that they take.

use crate::failure::Outcome;
use crate::place::{Place, StoreKind};
use crate::workload::Dataset;
use std::fmt;
use std::path::PathBuf;
use wtb_config::Loader;
use wtb_test_postgres::{Certificates, ReplicatedServer, TestServer};

/// What is there before clients come.
const DATASET: Dataset = Dataset::Fresh { executions: 0 };

/// How the store is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// As it is when nobody sets anything.
    Usual,
    /// `storage.max_connections`
    Connections(u32),
    /// `storage.pooler`, without any pooler.
    Pooler,
    /// The server's Unix socket in the URL.
    Socket,
    /// `sslmode=verify-full` in the URL.
    Tls,
    /// As usual, on a server that has a replica.
    Replicated,
    /// `storage.read_url` on that server.
    ReadUrl,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => f.write_str("the usual settings"),
            Self::Connections(number) => write!(f, "max_connections = {number}"),
            Self::Pooler => f.write_str("pooler = true"),
            Self::Socket => f.write_str("Unix socket"),
            Self::Tls => f.write_str("sslmode=verify-full"),
            Self::Replicated => f.write_str("replicated, fsync = off"),
            Self::ReadUrl => f.write_str("replicated, fsync = off, read_url"),
        }
    }
}

/// Servers beside the one that everything else is measured on.
pub(super) struct Servers {
    settings: Vec<Setting>,
    socket: Option<PathBuf>,
    certificates: Option<Certificates>,
    pair: Option<ReplicatedServer>,
}

impl Servers {
    /// What of them this machine can provide, for a kind of store that has servers.
    #[expect(clippy::print_stderr, reason = "what is left out is told on standard error")]
    pub(super) async fn start(store: StoreKind) -> Outcome<Self> {
        let mut this = Self { settings: Vec::new(), socket: None, certificates: None, pair: None };
        if store != StoreKind::Postgres {
            return Ok(this);
        }
        this.settings.extend([2, 4, 16, 32].map(Setting::Connections));
        this.settings.push(Setting::Pooler);
        let server = TestServer::get().await?;
        if let Some(folder) = server.socket_folder() {
            let certificates = Certificates::new()?;
            server.speak_tls(&certificates).await?;
            this.socket = Some(folder.to_path_buf());
            this.certificates = Some(certificates);
            this.settings.extend([Setting::Socket, Setting::Tls]);
        } else {
            eprintln!("── a socket and TLS are left out: the server was not started for this run");
        }
        match ReplicatedServer::start().await {
            Ok(pair) => {
                this.pair = Some(pair);
                this.settings.extend([Setting::Replicated, Setting::ReadUrl]);
            }
            Err(error) => eprintln!("── read_url is left out: {error}"),
        }
        Ok(this)
    }

    /// The settings worth trying. What `synchronous` does is seen from the lanes of SQLite.
    pub(super) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// A place on the server that a setting takes.
    pub(super) async fn place(&self, store: StoreKind, setting: Setting) -> Outcome<Place> {
        match (setting, &self.pair) {
            (Setting::Replicated | Setting::ReadUrl, Some(pair)) => {
                Place::in_database(pair.empty_database().await?, DATASET).await
            }
            _ => Place::with(store, DATASET).await,
        }
    }

    /// The settings of a store in that place, from what is usual.
    pub(super) fn set(&self, setting: Setting, usual: Loader, place: &Place) -> Outcome<Loader> {
        let Place::Postgres(database) = place else { return Ok(usual) };
        let name = "the setting";
        // Where the server was taught TLS, nobody speaks it who was not asked to. The URL of another may say how to come in.
        let in_clear = |usual: Loader| match &self.certificates {
            Some(_) => usual.store(format!("{}?sslmode=disable", place.url()), name),
            None => usual,
        };
        Ok(match setting {
            Setting::Usual | Setting::Replicated => in_clear(usual),
            Setting::Connections(number) => {
                in_clear(usual).set("storage.max_connections", number.to_string(), name)
            }
            Setting::Pooler => in_clear(usual).set("storage.pooler", "true", name),
            Setting::Socket => {
                let folder = self.socket.as_deref().ok_or("no socket")?.display().to_string();
                let host = format!("@{}:", folder.replace('/', "%2F"));
                usual.store(place.url().replace("@127.0.0.1:", &host), name)
            }
            Setting::Tls => {
                let authority = self.certificates.as_ref().ok_or("no certificates")?.authority().display();
                usual.store(format!("{}?sslmode=verify-full&sslrootcert={authority}", place.url()), name)
            }
            Setting::ReadUrl => {
                let url = self.pair.as_ref().ok_or("no replica")?.replica_url_of(database);
                in_clear(usual).set("storage.read_url", url, name)
            }
        })
    }
}
