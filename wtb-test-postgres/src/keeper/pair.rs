//! Two servers in containers, of which the second follows the first as its streaming replica.

use super::container::{self, Container};
use super::home::Home;
use super::image::{self, Image};
use super::network::Network;
use super::settings::{Durability, USER};
use super::until::Ended;
use crate::ProvideError;
use crate::provided::ProvidedReplica;
use sqlx::{Connection, PgConnection};
use testcontainers::ImageExt;
use testcontainers::bollard::Docker;

/// Both are for tests only.
const DURABILITY: Durability = Durability::None;

/// Lets the replica in, whatever the image allows.
const ADMIT: &str = "
COPY (SELECT 'host replication all samenet scram-sha-256')
TO PROGRAM 'cat >> \"$PGDATA\"/pg_hba.conf';
SELECT pg_reload_conf()";

/// Copies the primary and follows it, in both images. The primary keeps its log for as long as the replica needs it; the
/// folder of the socket may be absent.
const FOLLOW: &str = "\
pg_basebackup --host=\"$PRIMARY\" --username=\"$POSTGRES_USER\" --pgdata=\"$PGDATA\" --write-recovery-conf \
    --wal-method=stream --checkpoint=fast --no-sync --create-slot --slot=replica && \
exec postgres -c unix_socket_directories= \"$@\"";

/// Two running containers and their network.
pub(super) struct Pair {
    primary: Container,
    replica: Container,
    network: Network,
}

impl Pair {
    /// Starts both, with the URL of the primary and what to call it, and how to reach the replica.
    pub(super) async fn start(
        password: &str,
        ended: &Ended,
    ) -> Result<(Self, String, String, ProvidedReplica), ProvideError> {
        let docker = container::docker().await?;
        container::sweep(&docker).await;
        let image = image::get(&docker, ended).await?;
        let home = Home::new()?;
        let network = Network::new(&docker, home.path()).await?;
        let name = primary_in(&network);
        let primary = Container::run(&docker, &image, password, home, DURABILITY, |request| {
            request.with_network(&network.name).with_container_name(name).with_cmd(container::arguments())
        });
        let (primary, url, description) = match primary.await {
            Ok(started) => started,
            Err(error) => {
                network.remove().await?;
                return Err(error);
            }
        };
        match follow(&docker, &url, &network, &image, password).await {
            Ok((replica, replica_url)) => {
                let provided = ProvidedReplica { url: replica_url, container: replica.id().to_owned() };
                Ok((Self { primary, replica, network }, url, description, provided))
            }
            Err(error) => {
                primary.remove().await?;
                network.remove().await?;
                Err(error)
            }
        }
    }

    /// Removes all of it, whatever cannot be removed.
    pub(super) async fn remove(self) -> Result<(), ProvideError> {
        let replica = self.replica.remove().await;
        let primary = self.primary.remove().await;
        replica.and(primary).and(self.network.remove().await)
    }
}

/// What the primary is called in the network.
fn primary_in(network: &Network) -> String {
    format!("{}-primary", network.name)
}

/// Starts the replica.
async fn follow(
    docker: &Docker,
    primary: &str,
    network: &Network,
    image: &Image,
    password: &str,
) -> Result<(Container, String), ProvideError> {
    admit(primary).await.map_err(|error| ProvideError::because("cannot admit the replica", &error))?;
    let replica = Container::run(docker, image, password, Home::new()?, DURABILITY, |request| {
        let arguments = ["sh", "-c", FOLLOW, "postgres"].into_iter().chain(container::arguments());
        request
            .with_network(&network.name)
            .with_user(USER)
            .with_env_var("PGDATA", format!("{}/copy", container::DATA))
            .with_env_var("PGPASSWORD", password)
            .with_env_var("PRIMARY", primary_in(network))
            .with_cmd(arguments)
    });
    let (replica, url, _) = replica.await?;
    Ok((replica, url))
}

async fn admit(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(ADMIT).execute(&mut connection).await?;
    connection.close().await
}
