//! A SQLite file on its way to being opened: what can be in the way, and waiting for those that go first.

use super::busy::{Patience, is_busy};
use crate::OpenError;
use crate::deadline::deadline_after;
use crate::process;
use rusqlite::ffi;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wtb_ports::BoxError;

/// How long to wait for another process that opens or upgrades the same file.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why an attempt ended.
pub(super) enum Stopped {
    /// Something is locked; try again.
    Busy,
    /// Trying again would not help.
    Refused(OpenError),
}

impl From<OpenError> for Stopped {
    fn from(refusal: OpenError) -> Self {
        Self::Refused(refusal)
    }
}

/// A file and how it is called in errors.
#[derive(Clone)]
pub(super) struct File {
    /// Where it is, from the root of the file system: SQLite gives short names such as `:memory:` a meaning of its own.
    pub(super) path: PathBuf,
    /// Its path as it was given.
    pub(super) database: String,
}

impl File {
    /// The error of an `operation` that the library answered with `source`.
    pub(super) fn failed(&self, operation: &'static str, source: impl Into<BoxError>) -> OpenError {
        OpenError::Backend { database: self.database.clone(), operation, source: source.into() }
    }

    /// What it means that the library answered an `operation` with an error.
    pub(super) fn stopped(&self, operation: &'static str) -> impl Fn(rusqlite::Error) -> Stopped {
        stopped(&self.database, operation)
    }

    /// Makes the folders that a new file is in, and sees to it that they are found again after a loss of power.
    ///
    /// Whoever made some of them before may have been killed before that, so it does not matter who did.
    pub(super) fn make_folder(&self) -> Result<(), OpenError> {
        let Some(folder) = self.path.parent().filter(|_| !self.path.exists()) else { return Ok(()) };
        let made = std::fs::create_dir_all(folder);
        let kept = made.and_then(|()| folder.ancestors().skip(1).try_for_each(keep_names_in));
        kept.map_err(|source| OpenError::Folder { database: self.database.clone(), source })
    }
}

/// What it means that the library answered an `operation` on a `database` with an error.
pub(super) fn stopped(database: &str, operation: &'static str) -> impl Fn(rusqlite::Error) -> Stopped {
    move |error| {
        if is_busy(&error) {
            return Stopped::Busy;
        }
        let (database, code) =
            (database.to_owned(), error.sqlite_error().map_or(0, |code| code.extended_code & 0xff));
        Stopped::Refused(match code {
            ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT => {
                OpenError::NotADatabase { database, source: error.into() }
            }
            _ => OpenError::Backend { database, operation, source: error.into() },
        })
    }
}

/// Sees to it that what was made in a folder is found again after a loss of power.
///
/// Not every system lets folders be opened and written to the disk; those that do not keep them on their own.
pub(super) fn keep_names_in(folder: &Path) -> io::Result<()> {
    let Ok(folder) = std::fs::File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if error.kind() == ErrorKind::InvalidInput || is_unsupported(&error) => Ok(()),
        synced => synced,
    }
}

/// Whether the system says that a file system, or the system itself, does not do what it was asked for.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let lacking = [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK];
        if error.raw_os_error().is_some_and(|code| lacking.contains(&Errno::from_raw_os_error(code))) {
            return true;
        }
    }
    error.kind() == ErrorKind::Unsupported
}

/// What cannot be done with a relative path where the working folder is gone.
pub(super) const FIND: &str = "find the working folder, which is gone, for";

/// Makes attempts, on a thread that may block, until one is not stopped by a lock.
///
/// # Errors
/// `Busy` after half a minute of locks; otherwise what the attempt answers.
pub(super) async fn patiently<T: Send + 'static>(
    path: &Path,
    attempt: impl Fn(&File) -> Result<T, Stopped> + Clone + Send + 'static,
) -> Result<T, OpenError> {
    let database = path.display().to_string();
    let path = match std::path::absolute(path) {
        Ok(path) if !path.is_dir() => path,
        Err(source) if source.kind() != ErrorKind::InvalidInput => {
            return Err(OpenError::Backend { database, operation: FIND, source: source.into() });
        }
        _ => return Err(OpenError::NotAFile { database }),
    };
    let file = File { path, database };
    process::in_runtime().map_err(|misuse| OpenError::Unreachable {
        database: file.database.clone(),
        reason: misuse.to_string(),
        source: misuse.into(),
    })?;
    let mut patience = Patience::until(deadline_after(PATIENCE));
    let mut waits = false;
    loop {
        let (attempt, of) = (attempt.clone(), file.clone());
        match tokio::task::spawn_blocking(move || attempt(&of)).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(Stopped::Refused(refusal))) => return Err(refusal),
            Ok(Err(Stopped::Busy)) => {
                if !waits {
                    tracing::info!(file = file.database, "waiting for another process that has locked it");
                    waits = true;
                }
                if !patience.pause().await {
                    return Err(OpenError::FileLocked { database: file.database, waited: PATIENCE });
                }
            }
            Err(error) => return Err(file.failed("open", error)),
        }
    }
}
