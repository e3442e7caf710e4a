//! A client: it runs random units and writes down what each of them did.

use super::history::{Key, Outcome, Step, Tag, Unit, UnitNumber};
use super::scene::{ROWS, Scene, Stopped};
use crate::proof::Failure;
use crate::seed::Numbers;
use tokio::task::yield_now;
use wtb_domain::Execution;
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult};

/// A client of a store.
pub(super) struct Client {
    pub(super) scene: Scene,
    /// Its number among the clients.
    pub(super) number: usize,
    /// Decides what its units do.
    pub(super) numbers: Numbers,
    /// Whether it lets others go on between its calls.
    pub(super) pauses: bool,
}

impl Client {
    /// Runs units with these numbers, one after another.
    ///
    /// # Errors
    /// `Found` when the store answers what no store may, `Unable` when it fails.
    pub(super) async fn run(mut self, numbers: std::ops::Range<UnitNumber>) -> Result<Vec<Unit>, Failure> {
        let mut units = Vec::with_capacity(numbers.len());
        for number in numbers {
            units.push(self.unit(number).await?);
        }
        Ok(units)
    }

    /// Reads everything in one unit.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub(super) async fn look(self, number: UnitNumber) -> Result<Unit, Failure> {
        let (begin, unit) = self.scene.timed(self.scene.store.begin_read()).await;
        let mut open = Open::new(number, unit.map_err(Failure::unable)?);
        for key in 0..ROWS {
            let looked = async {
                open.see(&self.scene, key).await?;
                open.see_log(&self.scene, key).await
            };
            looked.await.or_else(|stopped| told(number, stopped))?;
        }
        let (end, ended) = self.scene.timed(open.unit.commit()).await;
        ended.map_err(Failure::unable)?;
        Ok(Unit { client: self.number, begin, end, outcome: Outcome::Committed, steps: open.steps })
    }

    async fn unit(&mut self, number: UnitNumber) -> Result<Unit, Failure> {
        let (writes, own_writes) = (self.chance(65), self.chance(50));
        let scene = self.scene.clone();
        let begins = scene.timed(async {
            match (writes, own_writes) {
                (true, _) => scene.store.begin().await,
                (false, false) => scene.store.begin_read().await,
                (false, true) => scene.store.begin_read_own_writes().await,
            }
        });
        let (begin, unit) = begins.await;
        let unit = unit.map_err(Failure::unable)?;
        let mut open = Open::new(number, unit);
        let steps = if writes { self.write(&mut open).await } else { self.read(&mut open).await };
        let Open { unit, steps: taken, .. } = open;
        let (end, outcome) = match steps {
            Ok(()) => {
                let (end, ended) = scene.timed(self.end(unit)).await;
                (end, ended.or_else(|error| told(number, error.into()).map(|()| Outcome::Undone))?)
            }
            Err(stopped) => {
                told(number, stopped)?;
                let (end, ()) = scene.timed(async { drop(unit) }).await;
                (end, Outcome::Undone)
            }
        };
        Ok(Unit { client: self.number, begin, end, outcome, steps: taken })
    }

    async fn end(&mut self, unit: BoxUnitOfWork) -> StoreResult<Outcome> {
        match self.numbers.below(100) {
            0..84 => unit.commit().await.map(|()| Outcome::Committed),
            84..92 => unit.rollback().await.map(|()| Outcome::Undone),
            _ => Ok(Outcome::Undone),
        }
    }

    /// Rows and logs in any order, some twice.
    async fn read(&mut self, open: &mut Open) -> Result<(), Stopped> {
        for _ in 0..2 + self.numbers.below(4) {
            let key = self.key();
            if self.chance(60) {
                open.see(&self.scene, key).await?;
            } else {
                open.see_log(&self.scene, key).await?;
            }
            self.pause().await;
        }
        Ok(())
    }

    /// Reads rows and changes most of them, always in the order of their numbers, or databases would be busy with
    /// deadlocks.
    async fn write(&mut self, open: &mut Open) -> Result<(), Stopped> {
        let mut keys: Vec<Key> = (0..=self.numbers.below(3)).map(|_| self.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let mut row = open.see(&self.scene, key).await?;
            self.pause().await;
            if self.chance(40) {
                open.log(&self.scene, key).await?;
                self.pause().await;
            }
            // Some are changed more than once, and must never be seen in between.
            let changes = [0, 1, 1, 2][usize::try_from(self.numbers.below(4)).unwrap_or_default()];
            for _ in 0..changes {
                row = open.change(key, row).await?;
                self.pause().await;
            }
            if self.chance(20) {
                open.see(&self.scene, key).await?;
                open.see_log(&self.scene, key).await?;
            }
        }
        Ok(())
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.numbers.below(100) < percent
    }

    fn key(&mut self) -> Key {
        usize::try_from(self.numbers.below(ROWS as u64)).unwrap_or_default()
    }

    /// Lets others go on, mostly.
    async fn pause(&mut self) {
        if self.pauses {
            for _ in 0..self.numbers.below(3) {
                yield_now().await;
            }
        }
    }
}

/// A unit at work, and what it did so far.
struct Open {
    number: UnitNumber,
    unit: BoxUnitOfWork,
    steps: Vec<Step>,
    writes: usize,
}

impl Open {
    fn new(number: UnitNumber, unit: BoxUnitOfWork) -> Self {
        Self { number, unit, steps: Vec::new(), writes: 0 }
    }

    async fn see(&mut self, scene: &Scene, key: Key) -> Result<Execution, Stopped> {
        let (row, entity) = scene.read(&mut self.unit, key).await?;
        self.steps.push(Step::SawRow(key, row));
        Ok(entity)
    }

    async fn see_log(&mut self, scene: &Scene, key: Key) -> Result<(), Stopped> {
        let entries = scene.read_log(&mut self.unit, key).await?;
        self.steps.push(Step::SawLog(key, entries));
        Ok(())
    }

    async fn change(&mut self, key: Key, row: Execution) -> Result<Execution, Stopped> {
        let tag = self.tag();
        let changed = Scene::change(&mut self.unit, row, tag).await?;
        self.steps.push(Step::ChangedRow(key, tag));
        Ok(changed)
    }

    async fn log(&mut self, scene: &Scene, key: Key) -> Result<(), Stopped> {
        let tag = self.tag();
        scene.log(&mut self.unit, key, tag).await?;
        self.steps.push(Step::Logged(key, tag));
        Ok(())
    }

    fn tag(&mut self) -> Tag {
        self.writes += 1;
        Tag { unit: self.number, nth: self.writes - 1 }
    }
}

/// What it means that a unit was stopped: nothing more than that, unless the store may not stop it so.
fn told(number: UnitNumber, stopped: Stopped) -> Result<(), Failure> {
    match stopped {
        Stopped::Refused(StoreError::Conflict { .. }) => Ok(()),
        Stopped::Refused(error @ StoreError::Stale { .. }) => {
            Err(Failure::found(format!("unit {number} was told {error:?} about what it read itself")))
        }
        Stopped::Refused(error) => Err(Failure::unable(format!("unit {number}: {error:?}"))),
        Stopped::Foreign(what) => Err(Failure::found(format!("unit {number}: {what}"))),
    }
}
