//! What this user may do with a file, found out without opening it.

use super::connection::beside;
use std::path::Path;

/// Why the database at `path` cannot be written by this user, in words; `None` if it can, or if that cannot be told.
pub(super) fn why_not_writable(path: &Path) -> Option<String> {
    if path.exists()
        && let Some(reason) = denied(path, false)
    {
        return Some(format!("it may not be written: {reason}"));
    }
    for sidecar in ["-wal", "-shm"].map(|suffix| beside(path, suffix)) {
        if sidecar.exists() {
            if let Some(reason) = denied(&sidecar, false) {
                return Some(format!("{} beside it may not be written: {reason}", sidecar.display()));
            }
        } else if let Some(folder) = path.parent()
            && folder.exists()
            && let Some(reason) = denied(folder, true)
        {
            return Some(format!(
                "nothing may be made in its folder, where SQLite needs a -wal file: {reason}"
            ));
        }
    }
    None
}

/// Whether what this user makes beside the database at `path` is as good as made by the owner of the database.
#[cfg(unix)]
pub(super) fn is_owner(path: &Path) -> bool {
    let user = rustix::process::geteuid();
    // What root makes beside a database, SQLite gives to the owner of the database.
    user.is_root() || rustix::fs::stat(path).is_ok_and(|file| file.st_uid == user.as_raw())
}

#[cfg(not(unix))]
pub(super) fn is_owner(_path: &Path) -> bool {
    true
}

/// Whether this user may read what is at `path`.
#[cfg(unix)]
pub(super) fn may_read(path: &Path) -> bool {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    accessat(CWD, path, Access::READ_OK, AtFlags::EACCESS).is_ok()
}

#[cfg(not(unix))]
pub(super) fn may_read(path: &Path) -> bool {
    path.exists()
}

/// What keeps this user from writing a file, or from making files in a folder.
#[cfg(unix)]
fn denied(path: &Path, is_folder: bool) -> Option<String> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    use rustix::io::Errno;
    let access = if is_folder { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
    match accessat(CWD, path, access, AtFlags::EACCESS) {
        Err(error @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) => {
            Some(std::io::Error::from(error).to_string())
        }
        // Where the system does not tell, opening the file will.
        Ok(()) | Err(_) => None,
    }
}

#[cfg(not(unix))]
fn denied(path: &Path, is_folder: bool) -> Option<String> {
    let is_read_only = std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly());
    (is_read_only && !is_folder).then(|| "it is read-only".to_owned())
}
