//! Simulated losses of power: what was written and not synced is forgotten, wholly, by half, or not at all.

mod call;
mod disk;
mod file;
mod recorder;

use self::call::Call;
use self::disk::{Disk, Word};
use self::recorder::Recorder;
use super::check::Found;
use super::clients::is_sound;
use super::process::Start;
use super::units::Manner;
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::seed::Numbers;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::task::{JoinError, JoinSet};
use wtb_adapter_sql::Examination;
use wtb_adapter_sql::sqlite::{self, SqliteOptions, Synchronous};

/// Clients that commit at the same time, so that they share syncs.
const CLIENTS: u32 = 4;
/// Processes that write to a file, one after the other.
const PROCESSES: u64 = 6;
/// Units of each, unless it is cut off before. A checkpoint comes about every thirty.
const UNITS: u64 = 30;
/// Calls after which a process is cut off, at most; a unit takes about seventy.
const CALLS: u64 = 4_000;
/// Calls of a process in which it opens the store.
const OPENING: u64 = 120;
/// How many of the disks that are left are looked at together.
const AT_ONCE: usize = 4;
/// A folder in memory that Linux has: whatever is written there is as good as on a disk.
const IN_MEMORY: &str = "/dev/shm";

/// What is recorded, and what is asked of it.
#[derive(Clone, Copy)]
struct Plan {
    /// What the store is opened with.
    synchronous: Synchronous,
    /// What it is held to.
    promise: Synchronous,
    word: Word,
    manner: Manner,
}

const FULL: Plan = Plan {
    synchronous: Synchronous::Full,
    promise: Synchronous::Full,
    word: Word::Kept,
    manner: Manner::Sound,
};
const NORMAL: Plan = Plan { synchronous: Synchronous::Normal, promise: Synchronous::Normal, ..FULL };

pub(super) async fn full(trial: Trial) -> Outcome {
    losses(trial, FULL).await
}

pub(super) async fn normal_held_to_full(trial: Trial) -> Outcome {
    losses(trial, Plan { synchronous: Synchronous::Normal, ..FULL }).await
}

pub(super) async fn full_on_a_lying_disk(trial: Trial) -> Outcome {
    losses(trial, Plan { word: Word::Broken, ..FULL }).await
}

pub(super) async fn full_answered_early(trial: Trial) -> Outcome {
    losses(trial, Plan { manner: Manner::AnswersEarly, ..FULL }).await
}

pub(super) async fn normal(trial: Trial) -> Outcome {
    losses(trial, NORMAL).await
}

pub(super) async fn normal_on_a_lying_disk(trial: Trial) -> Outcome {
    losses(trial, Plan { word: Word::Broken, ..NORMAL }).await
}

pub(super) async fn normal_in_halves(trial: Trial) -> Outcome {
    losses(trial, Plan { manner: Manner::InHalves, ..NORMAL }).await
}

/// Records some histories, and cuts the power of each at many moments.
async fn losses(trial: Trial, plan: Plan) -> Outcome {
    let (histories, cuts) = trial.times((1, 120), (8, 250));
    let mut acknowledged = 0;
    for history in 0..histories {
        let mut numbers = trial.seed.part(history).numbers();
        let mut of_processes = numbers.clone();
        let history_ends = tokio::task::spawn_blocking(move || {
            let recorder = Recorder::new()?;
            record(&recorder, plan, &mut of_processes).map(|calls| (recorder, calls))
        });
        let (recorder, calls) = history_ends.await.map_err(Failure::unable)??;
        let moments = moments(&calls, cuts, &mut numbers);
        let mut disk = Disk::new(plan.word);
        let mut judging = JoinSet::new();
        for (place, call) in calls.iter().enumerate() {
            disk.apply(call)?;
            for _ in moments.iter().filter(|moment| **moment == place) {
                while judging.len() >= AT_ONCE {
                    judged(judging.join_next().await)?;
                }
                let left = Left::of(&disk, &mut numbers)?;
                let at = format!("at call {place} of {} in history {history}", calls.len());
                judging.spawn(async move {
                    let found = |what| Failure::found(format_args!("{what}; {at}, {}", left.kept));
                    left.judge(plan.promise).await.map_err(found)
                });
            }
        }
        while let Some(ended) = judging.join_next().await {
            judged(Some(ended))?;
        }
        disk.is(recorder.folder())?;
        acknowledged += disk.acknowledged();
    }
    let cuts = histories * cuts;
    Ok(Tried::new(format!("{cuts} losses of power in {histories} histories with {acknowledged} units")))
}

/// Lets processes write to one file, one after the other. Most are cut off in the middle.
fn record(recorder: &Recorder, plan: Plan, numbers: &mut Numbers) -> Result<Vec<Call>, Failure> {
    let url = format!("sqlite:///{}", file_in(recorder.folder()).display());
    for process in 1..=PROCESSES {
        let start = Start {
            url: url.clone(),
            clients: if plan.manner == Manner::Sound { CLIENTS } else { 1 },
            manner: plan.manner,
            normal: plan.synchronous == Synchronous::Normal,
            until: Some(process * UNITS),
        };
        let calls = if numbers.below(3) == 0 { u64::from(u32::MAX) } else { 1 + numbers.below(CALLS) };
        recorder.run(&start, calls)?;
    }
    call::all(&recorder.records())
}

/// In a folder that the store has to make.
fn file_in(folder: &Path) -> PathBuf {
    folder.join("data/proof.db")
}

/// Moments to cut the power at: half of them anywhere, and half while a process opens the store.
fn moments(calls: &[Call], count: u64, numbers: &mut Numbers) -> Vec<usize> {
    let beginnings: Vec<usize> =
        (0..calls.len()).filter(|place| matches!(calls[*place], Call::Process)).collect();
    let below = |numbers: &mut Numbers, bound: u64| usize::try_from(numbers.below(bound)).expect("a place");
    (0..count)
        .map(|number| {
            if number % 2 == 0 {
                below(numbers, calls.len() as u64)
            } else {
                beginnings[below(numbers, beginnings.len() as u64)] + below(numbers, OPENING)
            }
        })
        .collect()
}

/// What a loss of power has left.
struct Left {
    folder: TempDir,
    /// What of the uncertain is there, in words.
    kept: String,
    acknowledged: u64,
}

impl Left {
    /// Cuts the power of a disk.
    fn of(disk: &Disk, numbers: &mut Numbers) -> Result<Self, Failure> {
        let folder = TempDir::new_in(IN_MEMORY).or_else(|_| TempDir::new()).map_err(Failure::unable)?;
        let (names, content) = disk.lose_power(folder.path(), numbers).map_err(Failure::unable)?;
        let kept = format!("of names {names:?} was kept, of what was written {content:?}");
        Ok(Self { folder, kept, acknowledged: disk.acknowledged() })
    }

    /// Opens it, and looks whether the promise was kept.
    async fn judge(&self, promise: Synchronous) -> Result<(), String> {
        let options = SqliteOptions::new(file_in(self.folder.path()));
        let store = sqlite::open(options).await.map_err(|error| error.to_string())?;
        is_sound(store.diagnose(Examination::Full).await)?;
        let found = Found::in_store(&store).await.map_err(|error| error.to_string())?;
        let units = found.whole_units()?;
        if promise == Synchronous::Full && units < self.acknowledged {
            return Err(format!("unit {} was acknowledged, and there are {units}", self.acknowledged));
        }
        Ok(())
    }
}

/// What came of looking at one of them.
fn judged(ended: Option<Result<Result<(), Failure>, JoinError>>) -> Result<(), Failure> {
    ended.map_or(Ok(()), |ended| ended.map_err(Failure::unable)?)
}
