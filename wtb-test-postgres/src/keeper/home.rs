//! The temporary folder of a keeper, and those of keepers that were killed.

use crate::ProvideError;
use rustix::fs::statvfs;
use std::env;
use std::fs::{self, File, Permissions, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PREFIX: &str = "wtb-test-postgres-";
const LOCK: &str = "keeper";
/// A folder in memory that Linux has: servers make and remove files without end.
const IN_MEMORY: &str = "/dev/shm";
/// How much of it must be free, in bytes.
const ENOUGH: u64 = 4 << 30;

/// A keeper's folder, removed with this value. It is locked as long as the keeper lives.
pub(super) struct Home {
    folder: TempDir,
    _lock: File,
}

impl Home {
    /// A new folder. Everybody may pass through it: the server may run as another user.
    pub(super) fn new() -> Result<Self, ProvideError> {
        Self::below(&place())
    }

    /// The same where files are on a disk.
    pub(super) fn on_disk() -> Result<Self, ProvideError> {
        Self::below(&env::temp_dir())
    }

    fn below(place: &Path) -> Result<Self, ProvideError> {
        let make = || {
            let folder = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o711))
                .tempdir_in(place)?;
            // It gets its name when it is locked already, or another keeper would take it for one left over.
            let unlocked = folder.path().join("unlocked");
            let lock = File::create(&unlocked)?;
            lock.lock()?;
            fs::rename(unlocked, folder.path().join(LOCK))?;
            Ok(Self { folder, _lock: lock })
        };
        make()
            .map_err(|error: std::io::Error| ProvideError::because("cannot make a temporary folder", &error))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it, which may have to wait for the last processes that write to it.
    pub(super) fn remove(self) -> Result<(), ProvideError> {
        self.folder
            .close()
            .map_err(|error| ProvideError::because("cannot remove the temporary folder", &error))
    }
}

/// In memory if there is room.
fn place() -> PathBuf {
    let free = statvfs(IN_MEMORY).map_or(0, |system| system.f_bavail.saturating_mul(system.f_frsize));
    if free >= ENOUGH { IN_MEMORY.into() } else { env::temp_dir() }
}

/// The folders of keepers that are dead.
pub(super) fn left_over() -> Vec<PathBuf> {
    let places = [PathBuf::from(IN_MEMORY), env::temp_dir()];
    let entries = places.iter().flat_map(fs::read_dir).flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    ours.map(|entry| entry.path()).filter(|folder| is_left_over(folder)).collect()
}

/// Whether the keeper of this folder lives.
pub(super) fn is_alive(folder: &Path) -> bool {
    folder.join(LOCK).exists() && !is_left_over(folder)
}

/// Whether a folder has a lock that nobody holds.
fn is_left_over(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|lock| match lock.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_left_over_when_its_keeper_is_gone() {
        let home = Home::new().expect("a folder");
        let folder = home.path().to_path_buf();
        assert!(!left_over().contains(&folder));
        let Home { folder: unlocked, _lock: lock } = home;
        drop(lock);
        assert!(left_over().contains(&folder));
        drop(unlocked);
        assert!(!left_over().contains(&folder));
    }
}
