//! The file of a store is taken away at a random moment: nothing is acknowledged afterwards, and every call says so.

use super::administrator::{Action, backup};
use super::writers::{Seen, write};
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores::{folder, sqlite_options};
use async_trait::async_trait;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, Synchronous};
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Inside};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

pub(crate) const IDENTITY: Proof = Proof {
    name: "file identity",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "acknowledges what is in a file that is gone", run: run!(acknowledging) },
        PlantedDefect { name: "goes on in the file that it finds at the path", run: run!(reopening) },
        PlantedDefect { name: "says no more than that it failed", run: run!(silent) },
    ],
};

/// For how long units write at most.
const LASTS: Duration = Duration::from_millis(400);
/// Units are begun on a check that was made a moment ago.
const NOTICED: Duration = Duration::from_millis(50);
/// Room for all units.
const ROOM: u32 = 100;

async fn sound(trial: Trial) -> Outcome {
    rounds(trial, None).await
}

async fn acknowledging(trial: Trial) -> Outcome {
    rounds(trial, Some(Fault::Acknowledges)).await
}

async fn reopening(trial: Trial) -> Outcome {
    rounds(trial, Some(Fault::Reopens)).await
}

async fn silent(trial: Trial) -> Outcome {
    rounds(trial, Some(Fault::SaysNothing)).await
}

async fn rounds(trial: Trial, fault: Option<Fault>) -> Outcome {
    let rounds = trial.times(12, 600);
    let (mut acknowledged, mut refused) = (0, 0);
    for round in 0..rounds {
        let action = Action::of_round(round);
        let synchronous = if round % 12 < 6 { Synchronous::Full } else { Synchronous::Normal };
        let mut numbers = trial.seed.part(round as u64).numbers();
        let pause = Duration::from_micros(5_000 + numbers.below(100_000));
        let seen = one(action, synchronous, pause, fault).await;
        let seen = seen.map_err(|failure| {
            failure.told(|what| format!("{action:?} after {} µs, {synchronous:?}: {what}", pause.as_micros()))
        })?;
        acknowledged += seen.acknowledged.len();
        refused += seen.refusals.len();
    }
    Ok(Tried::new(format!(
        "{rounds} files, {acknowledged} units acknowledged and found, {refused} writers refused once their file was gone"
    )))
}

/// Has units write to a new file, and takes it away after a while.
async fn one(
    action: Action,
    synchronous: Synchronous,
    pause: Duration,
    fault: Option<Fault>,
) -> Result<Seen, Failure> {
    let folder = folder()?;
    let options = sqlite_options(&folder).synchronous(synchronous);
    let file = options.path.clone();
    let store = sqlite::open(options).await.map_err(Failure::unable)?;
    store.backup(&backup(&file)).await.map_err(Failure::unable)?;
    let store = Fault::on(fault, Arc::new(store), &file);
    let writing = tokio::spawn(write(Arc::clone(&store), Instant::now() + LASTS));
    sleep(pause).await;
    action.perform(&file)?;
    let gone = Instant::now();
    let seen = writing.await.map_err(Failure::unable)?;
    if action == Action::Leave {
        if let Some(error) = seen.refusals.first() {
            return Err(Failure::found(format_args!("a writer was refused: {error:?}")));
        }
    } else {
        if seen.last_commit.is_some_and(|last| last > gone) {
            return Err(Failure::found("a commit was acknowledged that began after the file was gone"));
        }
        says_why(&*store, &seen).await?;
    }
    drop(store);
    if let Some(file) = action.found_at(&file) {
        all_found(&file, &seen).await?;
    }
    Ok(seen)
}

/// Whether every call on a store whose file is gone says so.
async fn says_why(store: &dyn UnitOfWorkFactory, seen: &Seen) -> Result<(), Failure> {
    let is_clear = |error: &StoreError| match error {
        StoreError::StoreReplaced { .. } => true,
        // The unit was open at the time.
        StoreError::OutcomeUnknown { source } => source.to_string().contains("while it was open"),
        _ => false,
    };
    if let Some(error) = seen.refusals.iter().find(|error| !is_clear(error)) {
        return Err(Failure::found(format_args!("a writer was told no more than: {error:?}")));
    }
    if seen.refusals.is_empty() {
        return Err(Failure::found("no writer was refused"));
    }
    let until = Instant::now() + NOTICED;
    while store.begin_read().await.is_ok() {
        if Instant::now() > until {
            return Err(Failure::found("a file was read that is gone"));
        }
    }
    for answer in [store.begin().await.map(drop), store.begin_read().await.map(drop)] {
        if !matches!(answer, Err(StoreError::StoreReplaced { .. })) {
            return Err(Failure::found(format_args!("a unit began with {answer:?}")));
        }
    }
    if let Some((_, unit)) = seen.acknowledged.first() {
        let outcome = store.outcome_of(unit).await;
        if !matches!(outcome, Err(StoreError::StoreReplaced { .. })) {
            return Err(Failure::found(format_args!("the outcome of a unit was {outcome:?}")));
        }
    }
    Ok(())
}

/// Whether everything that was acknowledged is in the file.
async fn all_found(file: &Path, seen: &Seen) -> Result<(), Failure> {
    let store = sqlite::open(SqliteOptions::new(file)).await.map_err(Failure::found)?;
    let mut unit = store.begin_read().await.map_err(Failure::found)?;
    for (id, _) in &seen.acknowledged {
        if unit.workflows().get_by_id(id).await.map_err(Failure::found)?.is_none() {
            return Err(Failure::found(format_args!(
                "{id} was acknowledged and is not in {}",
                file.display()
            )));
        }
    }
    Ok(())
}

/// What a store does wrong whose file is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Acknowledges,
    Reopens,
    SaysNothing,
}

impl Fault {
    /// The store with this fault, if there is one.
    fn on(fault: Option<Self>, sound: Arc<dyn UnitOfWorkFactory>, file: &Path) -> Arc<dyn UnitOfWorkFactory> {
        let Some(fault) = fault else { return sound };
        let faulty = Faulty { fault, file: file.to_owned() };
        Arc::new(DefectiveStore::new(sound, Gate::with_room_for(ROOM, LASTS), faulty))
    }
}

#[derive(Debug, Clone)]
struct Faulty {
    fault: Fault,
    file: PathBuf,
}

impl Faulty {
    fn changed(&self, error: StoreError) -> StoreError {
        match self.fault {
            Fault::SaysNothing => StoreError::Backend { operation: "work", source: error.into() },
            _ => error,
        }
    }
}

#[async_trait]
impl Defect for Faulty {
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        match store.begin().await {
            Err(_) if self.fault == Fault::Reopens => {
                let opened = sqlite::open(SqliteOptions::new(&self.file)).await;
                let failed = |error| StoreError::Backend { operation: "open", source: Box::new(error) };
                opened.map_err(failed)?.begin().await
            }
            begun => begun.map_err(|error| self.changed(error)),
        }
    }

    async fn commit(&mut self, _inside: &mut Inside, unit: BoxUnitOfWork) -> StoreResult<()> {
        match unit.commit().await {
            Err(_) if self.fault == Fault::Acknowledges => Ok(()),
            committed => committed.map_err(|error| self.changed(error)),
        }
    }
}
