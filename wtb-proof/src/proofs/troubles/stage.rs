//! Those who write and read while a store is in trouble, and what they see.

use super::flaw::Flaw;
use super::ledger::{Ledger, document};
use crate::proof::Failure;
use crate::seed::{Numbers, Seed};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wtb_ports::{StoreError, UnitOfWorkFactory};

/// Between two units of one writer or reader.
const PAUSE: Duration = Duration::from_millis(10);
/// The digits of a document: more than fit into a page of any database.
const DIGITS: usize = 20_000;

/// How far a trouble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It has not begun.
    Before,
    /// It begins: connections that there are may be lost.
    Begins,
    /// It lasts.
    During,
    /// It is over; the store may still have to find that out.
    After,
    /// The store has written again since.
    Recovered,
    /// Everybody leaves.
    Left,
}

/// What a store may tell while it is in trouble.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promise {
    /// Whether units that write may be told this.
    pub(super) may_tell: fn(&StoreError) -> bool,
    /// What at least one of them has to be told, in words.
    pub(super) tells: &'static str,
    /// Whether units that read notice nothing, but for those that are under way as it begins.
    pub(super) reads_go_on: bool,
}

/// A store, those who use it, and what they have seen.
pub(super) struct Stage {
    pub(super) store: Arc<dyn UnitOfWorkFactory>,
    pub(super) ledger: Ledger,
    pub(super) seed: Seed,
    promise: Promise,
    seen: Mutex<Seen>,
    reads_during: AtomicU32,
}

struct Seen {
    phase: Phase,
    refusals: BTreeSet<String>,
    found: Option<String>,
}

impl Stage {
    /// A stage for `store`, which may have a flaw.
    pub(super) fn new(
        store: Arc<dyn UnitOfWorkFactory>,
        flaw: Option<Flaw>,
        promise: Promise,
        seed: Seed,
    ) -> Arc<Self> {
        let store = Flaw::on(flaw, store);
        let ledger = Ledger::new(flaw == Some(Flaw::CommitsEachCall));
        let nothing = Seen { phase: Phase::Before, refusals: BTreeSet::new(), found: None };
        Arc::new(Self {
            store,
            ledger,
            seed,
            promise,
            seen: Mutex::new(nothing),
            reads_during: AtomicU32::new(0),
        })
    }

    fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How far the trouble is.
    pub(super) fn phase(&self) -> Phase {
        self.seen(|seen| seen.phase)
    }

    /// Goes on to another phase.
    pub(super) fn enter(&self, phase: Phase) {
        self.seen(|seen| seen.phase = phase);
    }

    /// How many units have read while the trouble lasted.
    pub(super) fn reads_during(&self) -> u32 {
        self.reads_during.load(Ordering::Relaxed)
    }

    /// What writers were told.
    pub(super) fn refusals(&self) -> BTreeSet<String> {
        self.seen(|seen| seen.refusals.clone())
    }

    /// Notes a broken promise, unless one is noted.
    fn found(&self, what: String) {
        self.seen(|seen| {
            seen.found.get_or_insert(what);
        });
    }

    /// The broken promise that was noted, if there is one.
    ///
    /// # Errors
    /// `Found` with that.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.seen(|seen| seen.found.clone()).map_or(Ok(()), |found| Err(Failure::Found(found)))
    }

    /// Waits so long, unless a broken promise is noted.
    ///
    /// # Errors
    /// `Found` with that.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), Failure> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.check()?;
            sleep(PAUSE).await;
        }
        self.check()
    }

    /// Notes what a writer was told that began in the phase `since`.
    pub(super) fn refused(&self, since: Phase, error: &StoreError) {
        let now = self.phase();
        if now == Phase::Before || since >= Phase::Recovered || !(self.promise.may_tell)(error) {
            self.found(format!(
                "a unit that wrote from {since:?} to {now:?} was told: {}",
                with_cause(error)
            ));
        }
        self.seen(|seen| seen.refusals.insert(with_cause(error)));
    }

    /// Writes units until everybody leaves.
    pub(super) async fn write(self: Arc<Self>, mut numbers: Numbers) {
        loop {
            let since = self.phase();
            if since == Phase::Left {
                return;
            }
            if let Err(error) = self.write_one(&mut numbers).await {
                self.refused(since, &error);
            }
            sleep(PAUSE).await;
        }
    }

    /// Writes one unit.
    ///
    /// # Errors
    /// What the store answers.
    pub(super) async fn write_one(&self, numbers: &mut Numbers) -> Result<(), StoreError> {
        let begun = self.ledger.begin(&*self.store, document(DIGITS, numbers)).await?;
        self.ledger.finish(begun, document(DIGITS, numbers)).await
    }

    /// Reads units until everybody leaves.
    pub(super) async fn read(self: Arc<Self>, mut numbers: Numbers) {
        loop {
            let since = self.phase();
            if since == Phase::Left {
                return;
            }
            let read = self.ledger.read_one(&*self.store, &mut numbers).await;
            match read {
                Ok(Ok(())) if since == Phase::During => {
                    self.reads_during.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Ok(())) => {}
                Ok(Err(found)) => self.found(found),
                Err(error) => self.missed(since, &error),
            }
            sleep(PAUSE).await;
        }
    }

    /// Notes what a reader was told that began in the phase `since`.
    fn missed(&self, since: Phase, error: &StoreError) {
        let now = self.phase();
        let under_way = now != Phase::Before && since <= Phase::Begins;
        let meanwhile = !self.promise.reads_go_on && since < Phase::Recovered;
        let may = under_way || meanwhile;
        if !may || !(self.promise.may_tell)(error) {
            self.found(format!("a unit that read from {since:?} to {now:?} was told: {}", with_cause(error)));
        }
    }

    /// Compares what is stored with what units were told, once everybody has left.
    ///
    /// # Errors
    /// `Found` if it is not the same, or if nobody was told what had to be told, or nobody could read.
    pub(super) async fn review(&self) -> Result<(), Failure> {
        self.check()?;
        let compared = self.ledger.compare(&*self.store).await.map_err(Failure::found)?;
        compared.map_err(Failure::Found)?;
        let refusals = self.refusals();
        if !refusals.iter().any(|refusal| refusal.contains(self.promise.tells)) {
            return Err(Failure::found(format_args!(
                "nobody was told of {:?}, but {refusals:?}",
                self.promise.tells
            )));
        }
        if self.promise.reads_go_on && self.reads_during() == 0 {
            return Err(Failure::found("nobody could read meanwhile"));
        }
        Ok(())
    }
}

/// An error with its cause, in one line.
fn with_cause(error: &StoreError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
