//! Group commit: units that commit at the same time share one write to the disk.
//!
//! With `synchronous=FULL`, SQLite writes the log to the disk inside every COMMIT, while it holds the write lock: units
//! wait for each other's disk. Here the connection runs with `synchronous=NORMAL`, so that COMMIT only appends to the
//! log. The write connection then goes straight to the next unit, and the unit that committed waits for a thread that
//! writes the log to the disk (`fdatasync`) again and again while there is something new: one write covers every
//! unit that committed before it began. A unit that is alone writes on its own thread where the disk is quick, because to
//! wake another one and to be woken by it takes as long as such a write.
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
//! - The thread belongs to the store. It depends neither on who waits nor on a runtime. A unit that writes on its own
//!   thread does so in one go, so that nobody can drop it half-way.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wtb_ports::{StoreError, StoreResult};

/// How long a write to the disk takes that may keep the thread of a runtime: less than to read some hundred rows.
const QUICK: Duration = Duration::from_micros(500);

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
    /// How long the last write took, if there was one.
    took: Option<Duration>,
    is_writing: bool,
    has_failed: bool,
    closed: bool,
}

impl Progress {
    /// Whether there is something new to write, and nobody writes.
    fn is_due(&self) -> bool {
        self.ran != self.synced && !self.is_writing && !self.has_failed
    }

    /// Whether commit `ticket` is all that there is to write, and the disk is quick. What is being written, and what could
    /// not be, counts as something that ran and is not written.
    fn is_little(&self, ticket: Ticket) -> bool {
        let is_all = self.announced == ticket && self.ran == self.synced;
        is_all && self.took.is_some_and(|took| took < QUICK)
    }
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
            while !progress.is_due() {
                if progress.closed || progress.has_failed {
                    return;
                }
                progress = self.news.wait(progress).unwrap_or_else(PoisonError::into_inner);
            }
            self.write(progress);
        }
    }

    /// Writes out what ran so far, and tells everybody.
    fn write(&self, mut progress: MutexGuard<'_, Progress>) {
        progress.is_writing = true;
        let (target, write_out) = (progress.ran, Arc::clone(&progress.write_out));
        drop(progress);
        let begun = Instant::now();
        let outcome = write_out();
        let took = begun.elapsed();
        let mut progress = self.progress();
        progress.is_writing = false;
        progress.took = Some(took);
        match outcome {
            Ok(()) => {
                progress.synced = target;
                // Others may have committed meanwhile, and whoever commits while somebody writes wakes nobody.
                if progress.is_due() {
                    self.news.notify_one();
                }
                drop(progress);
                // Another thread may have written more and told so by now.
                self.told.send_modify(|told| told.synced = told.synced.max(target));
            }
            Err(error) => {
                progress.has_failed = true;
                drop(progress);
                tracing::error!(%error, "the log of the database could not be written to the disk");
                self.told.send_modify(|told| told.failure = Some(Arc::new(error)));
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
        let progress = Progress {
            announced: 0,
            ran: 0,
            synced: 0,
            write_out,
            took: None,
            is_writing: false,
            has_failed: false,
            closed: false,
        };
        let (told, _) = watch::channel(Told { synced: 0, failure: None });
        let shared = Arc::new(Shared { progress: Mutex::new(progress), news: Condvar::new(), told });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new().name("wtb-sqlite-sync".to_owned()).spawn(move || worker.work())?;
        Ok(Self { shared })
    }

    /// Writes out another way from now on: the log may be a new file when its last connection was closed.
    pub(super) fn write_out_with(&self, write_out: WriteOut) {
        let mut progress = self.shared.progress();
        (progress.write_out, progress.took) = (write_out, None);
    }

    /// Says that a commit is about to run. It has run when the answer is dropped.
    pub(super) fn announce(&self) -> Announced {
        let mut progress = self.shared.progress();
        progress.announced += 1;
        Announced { ticket: progress.announced, shared: Some(Arc::clone(&self.shared)) }
    }

    /// The last commit that anyone may have seen.
    pub(super) fn visible(&self) -> Ticket {
        self.shared.progress().announced
    }

    /// Ends a commit that ran: sees to it that it is on the disk. It may be written on this thread if nobody else
    /// waits for what this thread does, so if `is_alone`.
    ///
    /// # Errors
    /// `OutcomeUnknown` when writing failed.
    pub(super) async fn end(&self, mut announced: Announced, is_alone: bool) -> StoreResult<()> {
        let ticket = announced.ticket;
        if is_alone {
            let mut progress = self.shared.progress();
            if progress.is_little(ticket) {
                // It says here that it ran, and wakes nobody.
                announced.shared = None;
                progress.ran = ticket;
                self.shared.write(progress);
            }
        }
        drop(announced);
        self.written(ticket).await
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

/// A commit that is about to run, or runs. Dropping it says that it has run, and has it written.
pub(super) struct Announced {
    ticket: Ticket,
    /// Whom to tell; nobody if they know.
    shared: Option<Arc<Shared>>,
}

impl Drop for Announced {
    fn drop(&mut self) {
        let Some(shared) = &self.shared else { return };
        let mut progress = shared.progress();
        progress.ran = progress.ran.max(self.ticket);
        // Whoever is writing looks for more afterwards.
        if progress.is_due() {
            shared.news.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
