//! A server in a container.

use super::home::Home;
use super::image::{self, Image};
use super::settings::{Durability, SETTINGS, USER};
use super::until::Ended;
use super::{network, owner, ready, say};
use crate::ProvideError;
use std::env;
use std::path::Path;
use testcontainers::bollard::Docker;
use testcontainers::bollard::models::{HostConfig, PortBinding};
use testcontainers::bollard::query_parameters::{
    InspectNetworkOptions, ListContainersOptions, RemoveContainerOptions,
};
use testcontainers::core::client::docker_client_instance;
use testcontainers::core::{ContainerPort, Mount};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt, TestcontainersError};

const PORT: ContainerPort = ContainerPort::Tcp(5432);
/// Both images keep their data here.
pub(super) const DATA: &str = "/var/lib/postgresql/data";
/// Where one may keep it that shall have little room.
const SMALL_DISK: &str = "/var/lib/postgresql/small";

/// Starts the server again whenever it has ended, within the same container: what is in memory there stays.
const RESTART: &str = "while :; do docker-entrypoint.sh \"$0\" \"$@\"; sleep 0.02; done";

/// A running container.
pub(super) struct Container {
    container: ContainerAsync<GenericImage>,
    home: Home,
}

impl Container {
    /// Starts one, with its URL and what to call it. Its server `restarts` when it was killed, or the container ends.
    pub(super) async fn start(
        password: &str,
        restarts: bool,
        durability: Durability,
        ended: &Ended,
    ) -> Result<(Self, String, String), ProvideError> {
        let docker = docker().await?;
        sweep(&docker).await;
        let image = image::get(&docker, ended).await?;
        let server = if restarts { &["sh", "-c", RESTART, "postgres"][..] } else { &[] };
        let command = server.iter().copied().chain(arguments());
        let set = |request: ContainerRequest<GenericImage>| request.with_cmd(command);
        Self::run(&docker, &image, password, Home::new()?, durability, set).await
    }

    /// Starts one whose data is on a disk of its own that is soon full.
    pub(super) async fn start_on_a_small_disk(
        password: &str,
        ended: &Ended,
    ) -> Result<(Self, String, String), ProvideError> {
        let docker = docker().await?;
        sweep(&docker).await;
        let image = image::get(&docker, ended).await?;
        let set = |request: ContainerRequest<GenericImage>| {
            request
                .with_mount(Mount::tmpfs_mount(SMALL_DISK).with_size("128m"))
                .with_env_var("PGDATA", format!("{SMALL_DISK}/data"))
                .with_cmd(arguments())
        };
        Self::run(&docker, &image, password, Home::new()?, Durability::None, set).await
    }

    /// Starts one that is set as the caller wishes.
    pub(super) async fn run(
        docker: &Docker,
        image: &Image,
        password: &str,
        home: Home,
        durability: Durability,
        set: impl FnOnce(ContainerRequest<GenericImage>) -> ContainerRequest<GenericImage>,
    ) -> Result<(Self, String, String), ProvideError> {
        let address = published_on(docker).await;
        let request = GenericImage::new(&image.name, &image.tag)
            .with_exposed_port(PORT)
            .with_env_var("POSTGRES_USER", USER)
            .with_env_var("POSTGRES_PASSWORD", password)
            .with_label(owner::LABEL, owner::of(home.path()))
            .with_host_config_modifier(move |host| publish(host, address.as_deref()));
        let request = match durability {
            Durability::None => request.with_mount(Mount::tmpfs_mount(DATA)),
            Durability::Full => request,
        };
        let start = say::if_slow(format!("starting a container of {image}"), set(request).start());
        let container = start.await.map_err(|error| failed("start a container", &error))?;
        let this = Self { container, home };
        match this.address_and_version(password).await {
            Ok((url, version)) => {
                Ok((this, url, format!("{version} in a container of {image} (testcontainers)")))
            }
            Err(error) => {
                this.remove().await?;
                Err(error)
            }
        }
    }

    /// What the engine calls it.
    pub(super) fn id(&self) -> &str {
        self.container.id()
    }

    async fn address_and_version(&self, password: &str) -> Result<(String, String), ProvideError> {
        let address = async {
            let host = self.container.get_host().await?.to_string();
            // The name has two addresses, and only one of them leads there.
            let host = if host == "localhost" { "127.0.0.1".to_owned() } else { host };
            Ok((host, self.container.get_host_port_ipv4(PORT).await?))
        };
        let (host, port) = address.await.map_err(|error| failed("find the container", &error))?;
        let url = format!("postgresql://{USER}:{password}@{host}:{port}/{USER}");
        let version = ready::version(&url, async || self.has_ended().await).await?;
        Ok((url, version))
    }

    /// Why it ended, in its own last words.
    async fn has_ended(&self) -> Option<ProvideError> {
        if self.container.is_running().await.unwrap_or(true) {
            return None;
        }
        let log = self.container.stderr_to_vec().await.unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        Some(ProvideError::new(format!("the container ended: {}", log.lines().last().unwrap_or_default())))
    }

    /// Removes it with its volumes.
    pub(super) async fn remove(self) -> Result<(), ProvideError> {
        self.container.rm().await.map_err(|error| failed("remove the container", &error))?;
        self.home.remove()
    }
}

/// The engine, if one answers.
pub(super) async fn docker() -> Result<Docker, ProvideError> {
    let docker = docker_client_instance().await;
    let docker = docker.map_err(|error| ProvideError::because("there is no docker engine", &error))?;
    docker
        .ping()
        .await
        .map_err(|error| ProvideError::because("the docker engine does not answer", &error))?;
    Ok(docker)
}

/// Where the ports of containers shall be, so that nobody else reaches them: an address of the engine's machine that
/// leads there from here.
async fn published_on(docker: &Docker) -> Option<String> {
    if env::var_os("DOCKER_HOST").is_some_and(|url| !url.to_string_lossy().starts_with("unix:")) {
        return None;
    }
    let loopback = || Some("127.0.0.1".to_owned());
    if !Path::new("/.dockerenv").exists() {
        return loopback();
    }
    // This is a container, and the engine is one floor above it.
    let bridge = docker.inspect_network("bridge", None::<InspectNetworkOptions>).await.ok();
    let addresses = bridge.and_then(|bridge| bridge.ipam?.config).unwrap_or_default();
    addresses.into_iter().find_map(|address| address.gateway).or_else(loopback)
}

fn publish(host: &mut HostConfig, address: Option<&str>) {
    if let Some(address) = address {
        let binding = PortBinding { host_ip: Some(address.to_owned()), host_port: None };
        host.port_bindings = Some([(PORT.to_string(), Some(vec![binding]))].into());
        host.publish_all_ports = Some(false);
    }
}

/// The arguments of a server for tests.
pub(super) fn arguments() -> impl Iterator<Item = &'static str> {
    SETTINGS.into_iter().flat_map(|setting| ["-c", setting])
}

/// Removes what this machine's keepers that were killed have left.
pub(super) async fn sweep(docker: &Docker) {
    let filters = [("label".to_owned(), vec![owner::LABEL.to_owned()])].into();
    let options =
        ListContainersOptions { all: true, filters: Some(filters), ..ListContainersOptions::default() };
    for container in docker.list_containers(Some(options)).await.unwrap_or_default() {
        let (true, Some(id)) = (owner::has_gone(container.labels.as_ref()), container.id) else { continue };
        say::progress(format_args!("removing the container {id:.12}, which a killed run has left"));
        let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
        if let Err(error) = docker.remove_container(&id, Some(options)).await {
            say::progress(format_args!("cannot remove the container {id:.12}: {error}"));
        }
    }
    network::sweep(docker).await;
}

fn failed(what: &str, error: &TestcontainersError) -> ProvideError {
    ProvideError::because(format_args!("cannot {what}"), error)
}
