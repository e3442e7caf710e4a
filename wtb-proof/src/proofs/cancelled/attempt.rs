//! One attempt: something is given up after so many polls, and then everything must be as before.

use super::observer::Observer;
use super::pair::Pair;
use super::target::{Target, append_many};
use crate::proof::Failure;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wtb_contract::{cut_after, samples};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// A store in which things are given up, and what came of it so far.
pub(super) struct Attempts {
    store: Arc<dyn UnitOfWorkFactory>,
    observer: Observer,
    /// How many there were.
    pub(super) made: usize,
    /// How many of them were given up before they answered.
    pub(super) given_up: usize,
    /// The longest time in which the next unit began.
    pub(super) longest: Duration,
}

impl Attempts {
    /// None yet.
    pub(super) fn new(store: Arc<dyn UnitOfWorkFactory>, observer: Observer) -> Self {
        Self { store, observer, made: 0, given_up: 0, longest: Duration::ZERO }
    }

    /// Gives up `target` before its first poll, after it, after its second, and so on until it answers.
    ///
    /// # Errors
    /// `Found` as soon as anything is left, or the next unit does not work.
    pub(super) async fn give_up_everywhere(&mut self, target: Target) -> Result<(), Failure> {
        for polls in 0.. {
            let mut answered = false;
            for then in Then::ALL {
                let made = self.make(target, polls, then).await;
                answered |= made.map_err(|failure| {
                    failure.told(|what| format!("{target} given up after {polls} polls: {what}"))
                })?;
            }
            if answered {
                break;
            }
        }
        Ok(())
    }

    /// Gives up `target` after `polls`, and looks at what is left. Answers whether it had answered by then.
    ///
    /// # Errors
    /// `Found` if anything is left, or if the next unit does not work.
    async fn make(&mut self, target: Target, polls: usize, then: Then) -> Result<bool, Failure> {
        let pair = Pair::numbered(self.made);
        let answered = self.give_up(target, polls, then, &pair).await?;
        self.made += 1;
        self.given_up += usize::from(answered.is_none());
        // Not always, for a look from outside takes time in which what is left might go.
        if self.made.is_multiple_of(3) {
            self.observer.check_nothing_is_left().await?;
        }
        let kept = self.next_unit_works(&pair).await?;
        self.observer.check_nothing_is_left().await?;
        match answered {
            _ if kept && !target.may_keep() => Err(Failure::found("what was never committed is kept")),
            Some(()) if !kept && target.may_keep() => Err(Failure::found("what was committed is gone")),
            answered => Ok(answered.is_some()),
        }
    }

    /// What the target answered, if it did; `Found` if that was an error.
    async fn give_up(
        &self,
        target: Target,
        polls: usize,
        then: Then,
        pair: &Pair,
    ) -> Result<Option<()>, Failure> {
        let store = &*self.store;
        let answer = match target {
            Target::Begin => cut_after(polls, store.begin()).await.map(|begun| begun.map(drop)),
            Target::BeginRead => cut_after(polls, store.begin_read()).await.map(|begun| begun.map(drop)),
            Target::BeginReadOwnWrites => {
                cut_after(polls, store.begin_read_own_writes()).await.map(|begun| begun.map(drop))
            }
            Target::WaitingBegin => {
                give_up_waiting(store, polls).await.map_err(Failure::found)?;
                // It has no more to give up than the moments before and after the other unit ends.
                (polls > 1).then_some(Ok(()))
            }
            Target::Call(call) => {
                let mut unit = self.unit_with(pair).await?;
                let answer = cut_after(polls, (call.on)(&mut unit)).await;
                if polls > 0 && answer.is_none() {
                    then.end(unit).await?;
                }
                answer
            }
            Target::LargeAppend => {
                let mut unit = self.unit_with(pair).await?;
                let answer = cut_after(polls, append_many(&mut unit)).await;
                if polls > 0 && answer.is_none() {
                    then.end(unit).await?;
                }
                answer
            }
            Target::Commit => cut_after(polls, self.unit_with(pair).await?.commit()).await,
            Target::LargeCommit => {
                let mut unit = self.unit_with(pair).await?;
                append_many(&mut unit).await.map_err(Failure::found)?;
                cut_after(polls, unit.commit()).await
            }
            Target::Rollback => cut_after(polls, self.unit_with(pair).await?.rollback()).await,
        };
        answer.transpose().map_err(|error| Failure::found(format!("it answered {error:?}")))
    }

    async fn unit_with(&self, pair: &Pair) -> Result<BoxUnitOfWork, Failure> {
        let mut unit = self.store.begin().await.map_err(Failure::found)?;
        pair.write_in(&mut unit).await.map_err(Failure::found)?;
        Ok(unit)
    }

    /// Begins a unit at once, looks for the pair, and writes, commits and reads.
    async fn next_unit_works(&mut self, pair: &Pair) -> Result<bool, Failure> {
        let begun = Instant::now();
        let unit = self.store.begin().await;
        self.longest = self.longest.max(begun.elapsed());
        let mut unit =
            unit.map_err(|error| Failure::found(format!("the next unit does not begin: {error}")))?;
        let kept = pair.is_seen_by(&mut unit).await?;
        let worked: StoreResult<bool> = async {
            let file = samples::checkpoint_file("afterwards", "afterwards");
            unit.checkpoint_files().add(file.clone()).await?;
            unit.checkpoint_files().delete(&file.id).await?;
            unit.commit().await?;
            let mut reader = self.store.begin_read().await?;
            let found = reader.checkpoint_files().get_by_id(&file.id).await?;
            reader.commit().await?;
            Ok(found.is_none())
        }
        .await;
        match worked {
            Ok(true) => Ok(kept),
            Ok(false) => Err(Failure::found("the next unit's delete is gone")),
            Err(error) => Err(Failure::found(format!("the next unit does not work: {error:?}"))),
        }
    }
}

/// What becomes of a unit in which a call was given up.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// It is dropped.
    Drop,
    /// Somebody tries to go on with it.
    GoOn,
}

impl Then {
    const ALL: [Self; 2] = [Self::Drop, Self::GoOn];

    /// Ends the unit so.
    ///
    /// # Errors
    /// `Found` if the unit goes on.
    async fn end(self, mut unit: BoxUnitOfWork) -> Result<(), Failure> {
        if matches!(self, Self::Drop) {
            return Ok(());
        }
        let call = unit.checkpoint_files().get_by_id(&samples::id("any")).await.map(drop);
        for (what, answer) in [("a call", call), ("commit", unit.commit().await)] {
            if !matches!(answer, Err(StoreError::Aborted)) {
                return Err(Failure::found(format!("after that, {what} answered {answer:?}")));
            }
        }
        Ok(())
    }
}

/// Gives up a begin that waits for another unit: before that one ends, or after it handed on its turn.
async fn give_up_waiting(store: &dyn UnitOfWorkFactory, polls: usize) -> StoreResult<()> {
    let first = store.begin().await?;
    let mut first = Some(first);
    let mut waiting = Box::pin(store.begin());
    if polls > 0 {
        let answered = cut_after(1, &mut waiting).await;
        drop(answered.transpose()?);
    }
    if polls > 1 {
        drop(first.take());
    }
    drop(waiting);
    Ok(())
}
