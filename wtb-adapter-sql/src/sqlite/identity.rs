//! Whether the files at the paths of a database are still the ones that are open.
//!
//! A deleted or replaced file goes on taking commits for as long as it is open, and nothing of them is found afterwards.
//! So nothing is acknowledged, and nothing read, before the paths were checked.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use wtb_ports::{StoreError, StoreResult};

/// How old a check may be on which a unit begins. A commit is always checked again before it is acknowledged.
const RECENT: Duration = Duration::from_millis(1);

/// Which file something is, whatever its name.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: rustix::fs::Dev,
    inode: u64,
}

/// Where a file that is open cannot be deleted or replaced, what is there is what was opened.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId;

impl FileId {
    /// That of the file at `path`; `None` if there is none.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub(super) fn at(path: &Path) -> io::Result<Option<Self>> {
        match rustix::fs::stat(path) {
            Ok(found) => Ok(Some(Self { device: found.st_dev, inode: found.st_ino })),
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn at(path: &Path) -> io::Result<Option<Self>> {
        Ok(path.exists().then_some(Self))
    }
}

/// A path, and the file that was opened there.
#[derive(Debug, Clone)]
struct Opened {
    path: PathBuf,
    id: FileId,
}

impl Opened {
    /// What happened to the file since, if anything did.
    fn loss(&self) -> io::Result<Option<&'static str>> {
        Ok(match FileId::at(&self.path)? {
            Some(id) if id == self.id => None,
            Some(_) => Some("replaced by another file"),
            None => Some("deleted or moved"),
        })
    }
}

/// The files of a database that is open.
#[derive(Debug)]
pub(super) struct OpenFiles {
    database: Opened,
    log: Mutex<Option<Opened>>,
    /// What happened to one of them. Once lost, a file stays lost: what was read or written since belongs to another one.
    lost: OnceLock<String>,
    opened_at: Instant,
    /// Microseconds from `opened_at` to the last check.
    checked_at: AtomicU64,
}

impl OpenFiles {
    /// The database that was opened at `path`, which is `id`.
    pub(super) fn new(path: PathBuf, id: FileId) -> Self {
        Self {
            database: Opened { path, id },
            log: Mutex::default(),
            lost: OnceLock::new(),
            opened_at: Instant::now(),
            checked_at: AtomicU64::new(0),
        }
    }

    /// Checks the log at `path` as well from now on.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn watch_log(&self, path: PathBuf) -> io::Result<()> {
        let id = FileId::at(&path)?.ok_or(io::ErrorKind::NotFound)?;
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(Opened { path, id });
        Ok(())
    }

    /// Checks that the files at the paths are the ones that are open.
    ///
    /// # Errors
    /// `StoreReplaced` from the first check on that finds another file or none; `Unavailable` while the system does not say.
    pub(super) fn check(&self) -> StoreResult<()> {
        self.check_at(self.elapsed())
    }

    /// The same, unless it was checked a moment ago.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub(super) fn check_if_due(&self) -> StoreResult<()> {
        let now = self.elapsed();
        let since = now.saturating_sub(self.checked_at.load(Ordering::Relaxed));
        if Duration::from_micros(since) < RECENT && self.lost.get().is_none() {
            return Ok(());
        }
        self.check_at(now)
    }

    fn check_at(&self, now: u64) -> StoreResult<()> {
        if self.lost.get().is_none() {
            let loss = self.loss().map_err(|error| StoreError::Unavailable {
                waited_for: "the file system to say which file is open".into(),
                source: Some(error.into()),
            })?;
            let Some(loss) = loss else {
                self.checked_at.store(now, Ordering::Relaxed);
                return Ok(());
            };
            self.lost.get_or_init(|| {
                tracing::error!("{loss}");
                loss
            });
        }
        Err(StoreError::StoreReplaced { reason: self.lost.get().cloned().unwrap_or_default().into() })
    }

    fn loss(&self) -> io::Result<Option<String>> {
        let path = self.database.path.display();
        if let Some(what) = self.database.loss()? {
            return Ok(Some(format!(
                "the database file {path} was {what} while it was open, so nothing more is read from it or stored in it; \
                 stop every program that uses it, put the right file there with its own -wal or none, and start them again"
            )));
        }
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(log) = &*log else { return Ok(None) };
        Ok(log.loss()?.map(|what| {
            format!(
                "the log of the database file {path}, {}, was {what} while it was open, so nothing more is read or stored; \
                 stop every program that uses the database, run `wtb doctor`, and start them again",
                log.path.display()
            )
        }))
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.opened_at.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
