//! What all handles and units of one open file share.

use super::busy::{Patience, is_busy};
use super::checkpoint::Checkpoints;
use super::connection::{log_of, open_reader, open_writer, trust_documents, watch_log};
use super::file::Stopped;
use super::identity::OpenFiles;
use super::migrate::Ready;
use super::options::{SqliteOptions, Synchronous};
use super::pool::{Lease, Pool};
use super::reading::Opened;
use super::statements::run;
use super::sync::{Announced, Syncer};
use crate::OpenError;
use crate::deadline::deadline_after;
use crate::failure::Failure;
use crate::unit::Access;
use rusqlite::Connection;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};
use wtb_ports::{BoxError, StoreError, StoreResult};

/// An open file. When the last handle and the last unit are gone, its connections close, and SQLite tidies up.
pub(super) struct Shared {
    /// Where the file is, without symbolic links.
    pub(super) path: PathBuf,
    /// The file's name without its folder, for messages.
    pub(super) name: String,
    pub(super) options: SqliteOptions,
    // Readers are dropped before the writer, which alone can copy the log into the database as it closes.
    readers: Arc<Pool>,
    writing: Result<Writing, CannotWrite>,
    files: Arc<OpenFiles>,
}

/// What units that write share.
pub(super) struct Writing {
    writer: Arc<Pool>,
    checkpoints: Checkpoints,
    pub(super) syncer: Arc<Syncer>,
}

/// Why no unit writes: for this reason, or because that is not wanted.
struct CannotWrite(Option<String>);

impl Shared {
    /// Shares the file that is open.
    ///
    /// # Errors
    /// `Backend` when its log cannot be watched or written out.
    pub(super) fn new(ready: Ready, options: SqliteOptions) -> Result<Self, OpenError> {
        let database = options.path.display().to_string();
        let backend = |source| OpenError::Backend { database: database.clone(), operation: "open", source };
        let given = std::path::absolute(&options.path).map_err(|error| backend(error.into()))?;
        let path = real_path(&given).map_err(|error| backend(error.into()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (Ready::ToWrite { id, .. } | Ready::ToRead { id, .. }) = &ready;
        let files = Arc::new(OpenFiles::new(given, *id));
        let readers = |open| {
            let waited_for = format!("one of {} read connections of {name}", options.max_readers);
            Pool::new(waited_for, options.max_readers.get(), open)
        };
        let to_read = path.clone();
        let (readers, writing) = match ready {
            Ready::ToWrite { connection, .. } => {
                let readers = readers(Box::new(move || Ok(open_reader(&to_read)?.into())));
                let writing = Writing::new(connection, &path, &name, &files).map_err(backend)?;
                // While it is open, SQLite leaves the log where it is, also if the writer has to be opened again.
                let first = open_reader(&path).and_then(|reader| begin_snapshot(&reader).map(|()| reader));
                let first = first.map_err(|error| backend(error.into()))?;
                run(&first, "ROLLBACK").map_err(|error| backend(error.into()))?;
                readers.put(first.into());
                (readers, Ok(writing))
            }
            Ready::ToRead { connection, reason, .. } => {
                let shown = database.clone();
                let readers = readers(Box::new(move || open_to_read(&to_read, &shown)));
                readers.put(connection);
                (readers, Err(CannotWrite(reason)))
            }
        };
        Ok(Self { path, name, options, readers, writing, files })
    }

    /// A connection in a new transaction.
    ///
    /// # Errors
    /// `Unavailable` when a connection or the write lock is not free in time; `StoreReplaced`; to write, `ReadOnly` or
    /// `NotWritable` where no unit writes.
    pub(super) async fn begin(&self, access: Access) -> StoreResult<Lease> {
        self.files.check_if_due()?;
        let deadline = deadline_after(self.options.wait);
        match (access, &self.writing) {
            (Access::Write, _) => {
                let writing = self.writing()?;
                writing.syncer.check()?;
                let lease = writing.writer.lease(deadline).await?;
                self.patiently(lease, deadline, |connection| run(connection, "BEGIN IMMEDIATE")).await
            }
            (Access::Read, Ok(writing)) => {
                writing.syncer.check()?;
                let lease = self.readers.lease(deadline).await?;
                let lease = self.patiently(lease, deadline, begin_snapshot).await?;
                match timeout_at(deadline, self.all_visible_written()).await {
                    Ok(written) => written.map(|()| lease),
                    Err(_) => Err(StoreError::Unavailable {
                        waited_for: format!("the disk to take what was committed to {}", self.name).into(),
                        source: None,
                    }),
                }
            }
            (Access::Read, Err(_)) => {
                let mut lease = self.readers.lease(deadline).await?;
                while let Err(failure) = lease.check() {
                    if Instant::now() > deadline {
                        return Err(failure.during("begin"));
                    }
                    // It is closed as it is dropped, and the next one is opened as the files are now.
                    drop(lease);
                    lease = self.readers.lease(deadline).await?;
                }
                self.patiently(lease, deadline, begin_snapshot).await
            }
        }
    }

    /// What units that write share.
    ///
    /// # Errors
    /// `ReadOnly` or `NotWritable` where no unit writes.
    pub(super) fn writing(&self) -> StoreResult<&Writing> {
        match &self.writing {
            Ok(writing) => Ok(writing),
            Err(CannotWrite(None)) => Err(StoreError::ReadOnly),
            Err(CannotWrite(Some(reason))) => {
                let reason = format!("{}: {reason}", self.path.display());
                Err(StoreError::NotWritable { reason: reason.into() })
            }
        }
    }

    /// Checks that the file at the path is still the one that is open.
    ///
    /// # Errors
    /// `StoreReplaced` if it is not.
    pub(super) fn check(&self) -> StoreResult<()> {
        self.files.check()
    }

    /// Opens a connection of its own to read.
    ///
    /// # Errors
    /// `Busy`, or `Other` with what is in the way.
    pub(super) fn open_to_read(&self) -> Result<Opened, Failure> {
        open_to_read(&self.path, &self.name)
    }

    /// Makes attempts to begin until no other process is in the way.
    async fn patiently(
        &self,
        lease: Lease,
        deadline: Instant,
        begin: fn(&Connection) -> rusqlite::Result<()>,
    ) -> StoreResult<Lease> {
        let mut patience = Patience::until(deadline);
        loop {
            match begin(&lease) {
                Ok(()) => return Ok(lease),
                Err(error) if is_busy(&error) => {
                    if !patience.pause().await {
                        let waited_for = format!("a lock of {}, which another process holds", self.name);
                        let source = Some(error.into());
                        return Err(StoreError::Unavailable { waited_for: waited_for.into(), source });
                    }
                }
                Err(error) => return Err(Failure::from(error).during("begin")),
            }
        }
    }

    /// Whether commits wait for the disk.
    fn is_full(&self) -> bool {
        self.options.synchronous == Synchronous::Full
    }

    /// Says that a commit is about to run that waits for the disk.
    pub(super) fn announce(&self) -> Option<Announced> {
        let writing = self.writing.as_ref().ok().filter(|_| self.is_full())?;
        Some(writing.syncer.announce())
    }

    /// Takes the write connection home after a commit.
    pub(super) fn after_commit(&self, writer: Lease) {
        let Ok(writing) = &self.writing else { return };
        if !self.is_full() && writing.checkpoints.has_portion() {
            // Nobody waits for it; to say that something ran is what makes the thread write.
            drop(writing.syncer.announce());
        }
        writing.checkpoints.after_commit(writer);
    }

    /// Takes the write connection home after a unit for which the disk had no room.
    pub(super) fn after_full(&self, writer: Lease) {
        if let Ok(writing) = &self.writing {
            writing.checkpoints.after_full(writer);
        }
    }

    /// Ends a commit that ran: waits until it is on the disk. One that is `short` may keep this thread for a moment.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing to the disk failed.
    pub(super) async fn end(&self, announced: Announced, short: bool) -> StoreResult<()> {
        let writing = self.writing()?;
        // A unit that got the connection may wait for this very thread.
        let is_alone = short && writing.writer.is_at_home();
        writing.syncer.end(announced, is_alone).await
    }

    /// Waits until everything that anyone may have read is as durable as the options ask.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing to the disk failed.
    pub(super) async fn all_visible_written(&self) -> StoreResult<()> {
        match &self.writing {
            Ok(Writing { syncer, .. }) if self.is_full() => syncer.written(syncer.visible()).await,
            _ => Ok(()),
        }
    }
}

impl Writing {
    /// What units share that write through `connection` into the file at `path`.
    ///
    /// # Errors
    /// When the log cannot be watched or written out.
    fn new(
        mut connection: Connection,
        path: &Path,
        name: &str,
        files: &Arc<OpenFiles>,
    ) -> Result<Self, BoxError> {
        let checkpoints = Checkpoints::default();
        watch_log(&mut connection, checkpoints.gauge())?;
        trust_documents(&connection)?;
        let syncer = Arc::new(Syncer::start(log_of(&connection, path, files)?)?);
        let writing = Opened::from(connection).removing(Some(Arc::clone(files)));
        let (path, files) = (path.to_owned(), Arc::clone(files));
        let (gauge, log) = (checkpoints.gauge(), Arc::clone(&syncer));
        let writer = Pool::new(
            format!("the write connection of {name}"),
            1,
            Box::new(move || {
                files.check().map_err(|error| Failure::Other(error.into()))?;
                let mut connection = open_writer(&path, false)?;
                watch_log(&mut connection, Arc::clone(&gauge))?;
                trust_documents(&connection)?;
                log.write_out_with(log_of(&connection, &path, &files).map_err(Failure::Other)?);
                Ok(Opened::from(connection).removing(Some(Arc::clone(&files))))
            }),
        );
        writer.put(writing);
        Ok(Self { writer, checkpoints, syncer })
    }
}

/// Where SQLite looks for what it keeps beside a file: not beside a symbolic link.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    if cfg!(windows) { Ok(path.to_owned()) } else { path.canonicalize() }
}

fn open_to_read(path: &Path, database: &str) -> Result<Opened, Failure> {
    Opened::open(path, database).map_err(|stopped| match stopped {
        Stopped::Busy => {
            Failure::Busy { waited_for: "a lock that another process holds".into(), source: "locked".into() }
        }
        Stopped::Refused(refusal) => Failure::Other(refusal.into()),
    })
}

/// Begins to read, and reads something: only the first read fixes the snapshot.
fn begin_snapshot(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        run(connection, "BEGIN DEFERRED")?;
    }
    let mut statement = connection.prepare_cached("SELECT 1 FROM schema_migrations LIMIT 1")?;
    statement.raw_query().next().map(drop)
}

#[cfg(test)]
mod tests;
