//! What a test may have done to a container.

use super::container::docker;
use super::local;
use crate::ProvideError;
use std::path::Path;
use std::time::Duration;
use testcontainers::bollard::Docker;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecOptions};
use tokio::time::sleep;

/// Kills all processes but the first, which started them, and the one that does it.
const KILL_ALL: [&str; 3] = ["sh", "-c", "kill -s KILL -- -1"];
/// Between two looks whether that is done.
const PAUSE: Duration = Duration::from_millis(2);

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

/// Kills a server where whoever started it starts it again: in a container all of its processes, else the first.
pub(super) async fn kill_server(place: &str) -> Result<(), ProvideError> {
    if Path::new(place).is_absolute() {
        return local::kill(Path::new(place));
    }
    let killed = kill_all_in(&docker().await?, place).await;
    killed.map_err(|error| ProvideError::because("cannot kill the server in the container", &error))
}

async fn kill_all_in(docker: &Docker, container: &str) -> Result<(), testcontainers::bollard::errors::Error> {
    let cmd = Some(KILL_ALL.map(str::to_owned).to_vec());
    let options = CreateExecOptions { cmd, ..CreateExecOptions::default() };
    let command = docker.create_exec(container, options).await?.id;
    let options = StartExecOptions { detach: true, ..StartExecOptions::default() };
    docker.start_exec(&command, Some(options)).await?;
    while docker.inspect_exec(&command).await?.running == Some(true) {
        sleep(PAUSE).await;
    }
    Ok(())
}
