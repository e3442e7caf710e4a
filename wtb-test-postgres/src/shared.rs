//! Finding the server of this run, or starting it for all test processes.

use crate::ProvideError;
use crate::keeper_process;
use crate::provided::Provided;
use std::env;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What decides how a keeper provides a server.
const DECISIVE: [&str; 2] = ["WTB_TEST_POSTGRES_URL", "DOCKER_HOST"];

/// The server, and a lease on it where no `cargo xtask test` has started its keeper.
pub(crate) fn find() -> Result<(Provided, Option<File>), ProvideError> {
    if let Some(provided) = keeper_process::provided_by_xtask() {
        return Ok((provided?, None));
    }
    let folder = folder();
    let failed = |error| ProvideError::because(format_args!("cannot lock {}", folder.display()), &error);
    fs::create_dir_all(&folder).map_err(failed)?;
    // Whoever holds the door is the only one who starts or ends a keeper.
    let door = open(&folder.join("door")).map_err(failed)?;
    door.lock().map_err(failed)?;
    let lease = open(&folder.join("lease")).map_err(failed)?;
    lease.lock_shared().map_err(failed)?;
    let provided = if let Some(provided) = at_work(&folder) {
        provided
    } else {
        keeper_process::start(&["share", &folder.to_string_lossy()], Stdio::null())?.1
    };
    Ok((provided, Some(lease)))
}

/// What the keeper of this folder provides, if one is alive.
fn at_work(folder: &Path) -> Option<Provided> {
    let alive = open(&folder.join("keeper")).ok()?;
    match alive.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Provided::read(&folder.join("provided")).ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

/// One folder for each way that the environment asks for.
fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    DECISIVE.map(env::var_os).hash(&mut hasher);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target");
    target.join("wtb-test-postgres").join(format!("{:016x}", hasher.finish()))
}

/// A file to lock.
pub(crate) fn open(file: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)
}
