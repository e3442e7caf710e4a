//! A network of the containers of one keeper.

use super::{owner, say};
use crate::ProvideError;
use std::path::Path;
use testcontainers::bollard::Docker;
use testcontainers::bollard::models::NetworkCreateRequest;
use testcontainers::bollard::query_parameters::ListNetworksOptions;

/// A network that containers find each other in by name.
pub(super) struct Network {
    docker: Docker,
    pub(super) name: String,
}

impl Network {
    /// A new one, which belongs to the keeper of this folder.
    pub(super) async fn new(docker: &Docker, home: &Path) -> Result<Self, ProvideError> {
        let name = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let request = NetworkCreateRequest {
            name: name.clone(),
            labels: Some([(owner::LABEL.to_owned(), owner::of(home))].into()),
            ..NetworkCreateRequest::default()
        };
        let made = docker.create_network(request).await;
        made.map_err(|error| ProvideError::because("cannot make a network of containers", &error))?;
        Ok(Self { docker: docker.clone(), name })
    }

    /// Removes it; nobody may be in it any more.
    pub(super) async fn remove(self) -> Result<(), ProvideError> {
        let removed = self.docker.remove_network(&self.name).await;
        removed.map_err(|error| ProvideError::because("cannot remove the network of the containers", &error))
    }
}

/// Removes the networks of this machine's keepers that were killed.
pub(super) async fn sweep(docker: &Docker) {
    let filters = [("label".to_owned(), vec![owner::LABEL.to_owned()])].into();
    let options = ListNetworksOptions { filters: Some(filters) };
    for network in docker.list_networks(Some(options)).await.unwrap_or_default() {
        let (true, Some(id)) = (owner::has_gone(network.labels.as_ref()), network.id) else { continue };
        say::progress(format_args!("removing the network {id:.12}, which a killed run has left"));
        if let Err(error) = docker.remove_network(&id).await {
            say::progress(format_args!("cannot remove the network {id:.12}: {error}"));
        }
    }
}
