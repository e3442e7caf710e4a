//! What all handles and units of one open file share.

use super::busy::{Patience, is_busy};
use super::checkpoint::Checkpoints;
use super::connection::{log_of, open_reader, open_writer, watch_log};
use super::options::{SqliteOptions, Synchronous};
use super::pool::{Lease, Pool};
use super::statements::run;
use super::sync::{Announced, Syncer};
use crate::OpenError;
use crate::deadline::deadline_after;
use crate::failure::Failure;
use crate::unit::Access;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};
use wtb_ports::{StoreError, StoreResult};

/// An open file. When the last handle and the last unit are gone, its connections close, and SQLite tidies up.
pub(super) struct Shared {
    /// Where the file is, without symbolic links.
    pub(super) path: PathBuf,
    /// The file's name without its folder, for messages.
    pub(super) name: String,
    pub(super) options: SqliteOptions,
    // Readers are dropped before the writer, which alone can copy the log into the database as it closes.
    readers: Arc<Pool>,
    writer: Arc<Pool>,
    checkpoints: Checkpoints,
    syncer: Arc<Syncer>,
}

impl Shared {
    /// Shares the file that `connection` has open for writing.
    ///
    /// # Errors
    /// `Backend` when its log cannot be watched or written out.
    pub(super) fn new(mut connection: Connection, options: SqliteOptions) -> Result<Self, OpenError> {
        let database = options.path.display().to_string();
        let backend = |source| OpenError::Backend { database: database.clone(), operation: "open", source };
        // The library's own name for the file: absolute, and without symbolic links.
        let path = match connection.path() {
            Some(path) => PathBuf::from(path),
            None => return Err(backend("its path is not UTF-8".into())),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();

        let checkpoints = Checkpoints::default();
        watch_log(&mut connection, checkpoints.gauge()).map_err(|error| backend(error.into()))?;
        let started = log_of(&connection).and_then(|log| Ok(Syncer::start(log)?));
        let syncer = Arc::new(started.map_err(backend)?);

        let (to_read, to_write) = (path.clone(), path.clone());
        let readers = Pool::new(
            format!("one of {} read connections of {name}", options.max_readers),
            options.max_readers.get(),
            Box::new(move || Ok(open_reader(&to_read)?)),
        );
        let (gauge, log) = (checkpoints.gauge(), Arc::clone(&syncer));
        let writer = Pool::new(
            format!("the write connection of {name}"),
            1,
            Box::new(move || {
                let mut connection = open_writer(&to_write, false)?;
                watch_log(&mut connection, Arc::clone(&gauge))?;
                log.write_out_with(log_of(&connection).map_err(Failure::Other)?);
                Ok(connection)
            }),
        );
        writer.put(connection);
        Ok(Self { path, name, options, readers, writer, checkpoints, syncer })
    }

    /// A connection in a new transaction.
    ///
    /// # Errors
    /// `Unavailable` when a connection or the write lock is not free in time.
    pub(super) async fn begin(&self, access: Access) -> StoreResult<Lease> {
        self.syncer.check()?;
        let deadline = deadline_after(self.options.wait);
        match access {
            Access::Write => {
                let lease = self.writer.lease(deadline).await?;
                self.patiently(lease, deadline, |connection| run(connection, "BEGIN IMMEDIATE")).await
            }
            Access::Read => {
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
        }
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
        self.is_full().then(|| self.syncer.announce())
    }

    /// Takes the write connection home after a commit.
    pub(super) fn after_commit(&self, writer: Lease) {
        if !self.is_full() && self.checkpoints.has_portion() {
            // Nobody waits for it; to say that something ran is what makes the thread write.
            drop(self.syncer.announce());
        }
        self.checkpoints.after_commit(writer, &self.readers);
    }

    /// Ends a commit that ran: waits until it is on the disk. One that is `short` may keep this thread for a moment.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing to the disk failed.
    pub(super) async fn end(&self, announced: Announced, short: bool) -> StoreResult<()> {
        // A unit that got the connection may wait for this very thread.
        let is_alone = short && self.writer.is_at_home();
        self.syncer.end(announced, is_alone).await
    }

    /// Waits until everything that anyone may have read is as durable as the options ask.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing to the disk failed.
    pub(super) async fn all_visible_written(&self) -> StoreResult<()> {
        if self.is_full() { self.syncer.written(self.syncer.visible()).await } else { Ok(()) }
    }
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
