//! Group commit: units that commit at the same time share one write to the disk.
//!
//! With `synchronous=FULL`, SQLite writes the log to the disk inside every COMMIT, while it holds the write lock: units
//! wait for each other's disk. Here the connection runs with `synchronous=NORMAL`, so that COMMIT only appends to the
//! log. The write connection then goes straight to the next unit, and the unit that committed waits for a thread that
//! writes the log to the disk (`fdatasync`) again and again while there is something new: one write covers every
//! unit that committed before it began.
//!
//! Where `synchronous` is `NORMAL`, nobody waits, and the thread writes out what has come together: a checkpoint, which
//! everybody waits for, then finds most of the log on the disk.
//!
//! Units share the write, not the transaction. A unit inside another's open transaction would have to wait for
//! that one's application code.
//!
//! What keeps this correct:
//! - The log is written in the order of the commits, so a commit is on the disk when any later one is.
//! - SQLite itself writes the log to the disk before it copies from it into the database, and its new head when it
//!   starts the log over.
//! - A commit is announced before it runs. Whoever takes a snapshot and then waits for everything announced has waited
//!   for all that the snapshot can contain, so nobody reads through `begin_read` of the same store what a loss of power
//!   can take back. (A unit that writes may; but then its own commit can only succeed after that one.)
//! - After a failed write nobody knows what reached the disk, and a later success would not tell. So every waiting unit
//!   is answered `OutcomeUnknown`, and the store refuses later units.
//! - The thread belongs to the store. It depends neither on who waits nor on a runtime.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use wtb_ports::{StoreError, StoreResult};

/// Writes the log to the disk.
pub(super) type WriteOut = Arc<dyn Fn() -> io::Result<()> + Send + Sync>;

/// The number of a commit, from 1.
pub(super) type Ticket = u64;

/// Sees to it that commits are on the disk. Dropping it ends its thread.
pub(super) struct Syncer {
    shared: Arc<Shared>,
}

struct Shared {
    progress: Mutex<Progress>,
    news: Condvar,
    told: watch::Sender<Told>,
}

struct Progress {
    /// The last commit that was about to run.
    announced: Ticket,
    /// The last commit that ran, successfully or not.
    ran: Ticket,
    /// The last commit that is on the disk.
    synced: Ticket,
    write_out: WriteOut,
    closed: bool,
}

/// What waiting units look at.
struct Told {
    synced: Ticket,
    failure: Option<Arc<io::Error>>,
}

impl Shared {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes out while there is something new, until the store is closed or a write fails.
    fn work(&self) {
        loop {
            let mut progress = self.progress();
            while progress.ran == progress.synced {
                if progress.closed {
                    return;
                }
                progress = self.news.wait(progress).unwrap_or_else(PoisonError::into_inner);
            }
            let (target, write_out) = (progress.ran, Arc::clone(&progress.write_out));
            drop(progress);
            match write_out() {
                Ok(()) => {
                    self.progress().synced = target;
                    self.told.send_modify(|told| told.synced = target);
                }
                Err(error) => {
                    tracing::error!(%error, "the log of the database could not be written to the disk");
                    self.told.send_modify(|told| told.failure = Some(Arc::new(error)));
                    return;
                }
            }
        }
    }
}

impl Syncer {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(super) fn start(write_out: WriteOut) -> io::Result<Self> {
        let progress = Progress { announced: 0, ran: 0, synced: 0, write_out, closed: false };
        let (told, _) = watch::channel(Told { synced: 0, failure: None });
        let shared = Arc::new(Shared { progress: Mutex::new(progress), news: Condvar::new(), told });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new().name("wtb-sqlite-sync".to_owned()).spawn(move || worker.work())?;
        Ok(Self { shared })
    }

    /// Writes out another way from now on: the log may be a new file when its last connection was closed.
    pub(super) fn write_out_with(&self, write_out: WriteOut) {
        self.shared.progress().write_out = write_out;
    }

    /// Says that a commit is about to run. It has run when the answer is dropped.
    pub(super) fn announce(&self) -> Announced {
        let mut progress = self.shared.progress();
        progress.announced += 1;
        Announced { ticket: progress.announced, shared: Arc::clone(&self.shared) }
    }

    /// The last commit that anyone may have seen.
    pub(super) fn visible(&self) -> Ticket {
        self.shared.progress().announced
    }

    /// Waits until commit `ticket` is on the disk.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing failed.
    pub(super) async fn written(&self, ticket: Ticket) -> StoreResult<()> {
        let over = |told: &Told| told.synced >= ticket || told.failure.is_some();
        let mut news = self.shared.told.subscribe();
        let failure = match news.wait_for(over).await {
            Ok(told) if told.synced >= ticket => return Ok(()),
            Ok(told) => told.failure.clone(),
            // The sender lives as long as this borrow of it.
            Err(_) => None,
        };
        Err(StoreError::OutcomeUnknown { source: failure.map_or_else(|| "closed".into(), Into::into) })
    }

    /// Refuses units after a failed write.
    ///
    /// # Errors
    /// `Backend` from the first failed write on.
    pub(super) fn check(&self) -> StoreResult<()> {
        match &self.shared.told.borrow().failure {
            None => Ok(()),
            Some(error) => Err(StoreError::Backend {
                operation: "begin after a write to the disk failed; close the store and open it again",
                source: Arc::clone(error).into(),
            }),
        }
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.shared.progress().closed = true;
        self.shared.news.notify_one();
    }
}

/// A commit that is about to run, or runs.
pub(super) struct Announced {
    ticket: Ticket,
    shared: Arc<Shared>,
}

impl Announced {
    pub(super) fn ticket(&self) -> Ticket {
        self.ticket
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let mut progress = self.shared.progress();
        progress.ran = progress.ran.max(self.ticket);
        drop(progress);
        self.shared.news.notify_one();
    }
}

#[cfg(test)]
mod tests;
