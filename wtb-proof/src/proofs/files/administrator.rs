//! What an administrator does to the files of a store that is open.

use crate::proof::Failure;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is done to the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing at all.
    Leave,
    /// All files are deleted.
    Delete,
    /// The files are moved to another name, together.
    Move,
    /// A copy of the database takes the place of the database.
    Replace,
    /// The log and its index are deleted.
    DeleteLog,
    /// A backup takes the place of the database, and the log and its index are deleted.
    Restore,
}

impl Action {
    const ALL: [Self; 6] =
        [Self::Leave, Self::Delete, Self::Move, Self::Replace, Self::DeleteLog, Self::Restore];

    /// Every one in turn.
    pub(super) fn of_round(round: usize) -> Self {
        Self::ALL[round % Self::ALL.len()]
    }

    /// Does it to the store at `file`; there is a backup beside it.
    ///
    /// # Errors
    /// `Unable` if the system does not let it.
    pub(super) fn perform(self, file: &Path) -> Result<(), Failure> {
        let each = |suffixes: &[&str], act: fn(&Path, &Path) -> io::Result<()>| {
            suffixes.iter().try_for_each(|suffix| act(&beside(file, suffix), &moved(file, suffix)))
        };
        let done = match self {
            Self::Leave => Ok(()),
            Self::Delete => each(&["", "-wal", "-shm"], |from, _| fs::remove_file(from)),
            Self::Move => each(&["", "-wal", "-shm"], |from, to| fs::rename(from, to)),
            Self::Replace => {
                fs::copy(file, beside(file, ".new")).and_then(|_| fs::rename(beside(file, ".new"), file))
            }
            Self::DeleteLog => each(&["-wal", "-shm"], |from, _| fs::remove_file(from)),
            Self::Restore => each(&["-wal", "-shm"], |from, _| fs::remove_file(from))
                .and_then(|()| fs::rename(backup(file), file)),
        };
        done.map_err(Failure::unable)
    }

    /// Where the acknowledged units have to be found afterwards; `None` where the administrator took them away.
    pub(super) fn found_at(self, file: &Path) -> Option<PathBuf> {
        match self {
            Self::Leave => Some(file.to_owned()),
            Self::Move => Some(moved(file, "")),
            Self::Delete | Self::Replace | Self::DeleteLog | Self::Restore => None,
        }
    }
}

/// What SQLite keeps beside a file, or a file of a name made from its name.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn moved(file: &Path, suffix: &str) -> PathBuf {
    beside(file, &format!(".moved{suffix}"))
}

/// Where the backup of the store at `file` is.
pub(super) fn backup(file: &Path) -> PathBuf {
    beside(file, ".backup")
}
