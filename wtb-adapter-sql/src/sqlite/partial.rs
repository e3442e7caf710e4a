//! A backup before it gets its name: a hidden folder beside the file that is to be made.
//!
//! What SQLite leaves beside the copy is in that folder too and goes with it. A program that is killed leaves the folder;
//! the next backup to the same name removes it, which it knows by the lock that ended with that program.

use super::file::{is_unsupported, keep_names_in};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tempfile::{PathPersistError, TempDir, TempPath};

const SUFFIX: &str = ".partial";
const LOCK: &str = "lock";
const COPY: &str = "copy.db";

/// A folder with a copy under way, removed when it is dropped.
#[derive(Debug)]
pub(super) struct Partial {
    folder: TempDir,
    /// Says for as long as it is open that a program works here.
    lock: File,
}

impl Partial {
    /// An empty copy that only this user may read, beside `file`, which it is to become.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn beside(file: &Path) -> io::Result<Self> {
        let parent = file.parent().unwrap_or(file);
        let mut prefix = OsString::from(".");
        prefix.push(file.file_name().unwrap_or_default());
        prefix.push(".");
        remove_left_behind(parent, &prefix);
        loop {
            match Self::in_new_folder(parent, &prefix) {
                Err(error) if error.kind() == ErrorKind::NotFound && parent.exists() => {}
                made => return made,
            }
        }
    }

    /// As [`beside`](Self::beside).
    ///
    /// # Errors
    /// Also `NotFound` where another backup to the same name took the new folder for one that was left, and removes it.
    fn in_new_folder(parent: &Path, prefix: &OsString) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(prefix).suffix(SUFFIX).tempdir_in(parent)?;
        let lock = File::create(folder.path().join(LOCK))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(ErrorKind::NotFound.into()),
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "the partial backup is not locked; it stays if this program is killed");
            }
            Ok(()) => {}
        }
        let partial = Self { folder, lock };
        private().open(partial.copy())?;
        Ok(partial)
    }

    /// Where the copy is.
    pub(super) fn copy(&self) -> PathBuf {
        self.folder.path().join(COPY)
    }

    /// Gives the copy the name `file`, which nothing may have; removes the folder.
    ///
    /// # Errors
    /// `AlreadyExists`, or what else the system says.
    pub(super) fn keep(self, file: &Path) -> io::Result<()> {
        take_name(&self.copy(), file, |copy| copy.persist_noclobber(file))?;
        drop(self.lock);
        self.folder.close()?;
        file.parent().map_or(Ok(()), keep_names_in)
    }
}

/// Gives the file at `copy` the name `file`, which nothing may have, by a rename that `spares` what has it.
fn take_name(
    copy: &Path,
    file: &Path,
    spares: impl FnOnce(TempPath) -> Result<(), PathPersistError>,
) -> io::Result<()> {
    let Err(PathPersistError { error, path }) = spares(TempPath::try_from_path(copy)?) else { return Ok(()) };
    if error.kind() == ErrorKind::AlreadyExists {
        return Err(error);
    }
    // Some file systems have neither links nor such a rename: there the name is taken first.
    tracing::debug!(%error, "taking the name of the backup before it is renamed");
    drop(private().open(file)?);
    path.persist(file).map_err(|PathPersistError { error, .. }| {
        let _ = fs::remove_file(file);
        error
    })
}

/// How to make a file that only this user may read.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Removes what backups to the same name left that were killed. What cannot be removed stays: it is in nobody's way.
fn remove_left_behind(parent: &Path, prefix: &OsString) {
    let prefix = prefix.as_encoded_bytes();
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.as_encoded_bytes();
        // What is between is of a fixed length without a dot, so the folder is not of `name.other`.
        let middle = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
        if middle.is_none_or(|middle| middle.contains(&b'.')) || !path.is_dir() {
            continue;
        }
        let removed = match File::open(path.join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => fs::remove_dir_all(&path),
            // The program was killed before it made its lock: there is nothing else in the folder.
            Err(error) if error.kind() == ErrorKind::NotFound => fs::remove_dir(&path),
            _ => continue,
        };
        if let Err(error) = removed {
            tracing::warn!(folder = %path.display(), %error, "what a killed backup left cannot be removed");
        }
    }
}

/// Gives the copy the permissions of the store, where the file system has any.
///
/// # Errors
/// What the system says, but not that it does not do this.
pub(super) fn copy_permissions(store: &Path, copy: &Path) -> io::Result<()> {
    let permissions = fs::metadata(store)?.permissions();
    if_supported(fs::set_permissions(copy, permissions))
}

fn if_supported(set: io::Result<()>) -> io::Result<()> {
    match set {
        Err(error) if error.kind() == ErrorKind::PermissionDenied || is_unsupported(&error) => {
            tracing::warn!(%error, "the backup has other permissions than the store");
            Ok(())
        }
        set => set,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a finished copy, and where it is to be.
    fn finished() -> (TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [copy, file] = ["copy", "backup.db"].map(|name| folder.path().join(name));
        fs::write(&copy, "whole").expect("a copy");
        (folder, copy, file)
    }

    /// What a file system says that can rename nothing without replacing what is there.
    fn cannot(path: TempPath) -> Result<(), PathPersistError> {
        Err(PathPersistError { error: ErrorKind::PermissionDenied.into(), path })
    }

    #[test]
    fn a_file_system_without_links_gets_a_whole_file_of_that_name() {
        let (_folder, copy, file) = finished();
        take_name(&copy, &file, cannot).expect("a name");
        assert_eq!(fs::read(&file).expect("a file"), b"whole");
        assert!(!copy.exists());
    }

    #[test]
    fn a_file_system_without_links_keeps_what_has_the_name() {
        let (_folder, copy, file) = finished();
        fs::write(&file, "mine").expect("a file");
        let refused = take_name(&copy, &file, cannot).expect_err("the name is taken");
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).expect("a file"), b"mine");
    }

    #[test]
    fn a_backup_is_kept_where_permissions_cannot_be_set() {
        assert!(if_supported(Err(ErrorKind::PermissionDenied.into())).is_ok());
        assert!(if_supported(Err(ErrorKind::Unsupported.into())).is_ok());
        assert!(if_supported(Err(ErrorKind::NotFound.into())).is_err());
    }

    #[test]
    fn what_a_killed_backup_left_is_removed_by_the_next_to_the_same_name_alone() {
        let (folder, _copy, file) = finished();
        let [left, at_work, of_another, without_lock] =
            ["backup.db.a1", "backup.db.a2", "backup.db.x.a3", "backup.db.a4"]
                .map(|name| folder.path().join(format!(".{name}{SUFFIX}")));
        fs::create_dir(&without_lock).expect("a folder");
        for folder in [&left, &at_work, &of_another] {
            fs::create_dir(folder).expect("a folder");
            fs::write(folder.join(LOCK), "").expect("a lock");
            fs::write(folder.join("copy.db-journal"), "half").expect("a journal");
        }
        let lock = File::open(at_work.join(LOCK)).expect("a lock");
        lock.lock().expect("locked");
        let partial = Partial::beside(&file).expect("a partial backup");
        assert!(!left.exists() && !without_lock.exists() && at_work.exists() && of_another.exists());
        let own = partial.folder.path().to_owned();
        drop(partial);
        assert!(!own.exists());
    }
}
