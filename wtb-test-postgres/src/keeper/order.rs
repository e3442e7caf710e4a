//! What a test may have done to a container.

use super::container::docker;
use crate::ProvideError;

/// Stops all that runs in a container where it is, with nobody being told.
pub(super) async fn pause(container: &str) -> Result<(), ProvideError> {
    let paused = docker().await?.pause_container(container).await;
    paused.map_err(|error| ProvideError::because("cannot pause the container", &error))
}

/// Lets a paused container go on.
pub(super) async fn unpause(container: &str) -> Result<(), ProvideError> {
    let unpaused = docker().await?.unpause_container(container).await;
    unpaused.map_err(|error| ProvideError::because("cannot unpause the container", &error))
}

/// Ends all that runs in a container at once.
pub(super) async fn kill(container: &str) -> Result<(), ProvideError> {
    let killed = docker().await?.kill_container(container, None).await;
    killed.map_err(|error| ProvideError::because("cannot kill the container", &error))
}
