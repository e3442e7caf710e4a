//! Keeping a server for test processes that come and go.

use super::until::Ended;
use super::way::{Ways, provide};
use super::{private, say};
use crate::{ProvideError, shared};
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;
use tokio::time::sleep;

/// How long nobody may need the server before it is taken away: test runners start their processes one by one.
const IDLE: Duration = Duration::from_secs(5);

/// Provides a server until it is not needed any more. Whoever starts this keeper holds the `door` meanwhile.
pub(super) async fn keep(folder: &Path) -> Result<(), ProvideError> {
    let failed = |error| ProvideError::because(format_args!("cannot use {}", folder.display()), &error);
    let ended = Ended::by_signal()?;
    let alive = shared::open(&folder.join("keeper")).map_err(failed)?;
    alive.lock().map_err(failed)?;
    let server = provide(Ways::ALL, &ended).await?;
    let file = folder.join("provided");
    private::write(&file, &server.provided().to_string(), None).map_err(failed)?;
    say::ready(server.provided());
    let door = tokio::select! {
        () = ended.wait() => None,
        door = nobody_needs_it(folder) => Some(door.map_err(failed)?),
    };
    fs::remove_file(file).map_err(failed)?;
    // Whoever comes through the door now starts another keeper.
    drop(alive);
    drop(door);
    server.remove().await
}

/// The locked door, as soon as nobody has had a lease for a while.
async fn nobody_needs_it(folder: &Path) -> std::io::Result<File> {
    loop {
        sleep(IDLE).await;
        let door = shared::open(&folder.join("door"))?;
        if door.try_lock().is_ok() && shared::open(&folder.join("lease"))?.try_lock().is_ok() {
            return Ok(door);
        }
    }
}
