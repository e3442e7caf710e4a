//! Several processes write to one SQLite file while each has short readers that overlap without end: the log stays short.

use super::log::Log;
use super::processes::{Processes, Work};
use super::writers::{WRITERS, Written};
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::proofs::counting::{SHARED, prepare, read};
use crate::stores::{folder, sqlite_options};
use std::time::{Duration, Instant};
use wtb_adapter_sql::sqlite;

pub(crate) const SHORT_READERS: Proof = Proof {
    name: "a SQLite log beside short readers",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "copies the log without waiting for readers", run: run!(without_waiting) },
        PlantedDefect { name: "never ends the units that read", run: run!(leaking) },
    ],
};

const PROCESSES: u32 = 3;
/// Readers in each process.
const READERS: u32 = 4;
const WAIT: Duration = Duration::from_secs(5);
const MIB: u64 = 1024 * 1024;
/// What the log never grows to.
const BOUND: u64 = 128 * MIB;
/// What each unit writes beside its counts, in bytes.
const DOCUMENT: usize = 20_000;
/// The same where the log has to become long on a slow machine too.
const LARGE_DOCUMENT: usize = 1_000_000;

async fn sound(trial: Trial) -> Outcome {
    let time = Duration::from_secs(trial.times(8, 60));
    write(Work { readers: READERS, ..Work::new(time, WAIT) }, DOCUMENT).await
}

async fn without_waiting(_: Trial) -> Outcome {
    let work = Work { readers: READERS, by_hand: true, ..Work::new(Duration::from_secs(8), WAIT) };
    write(work, LARGE_DOCUMENT).await
}

async fn leaking(_: Trial) -> Outcome {
    let work = Work { readers: READERS, leaking: true, ..Work::new(Duration::from_secs(16), WAIT) };
    write(work, LARGE_DOCUMENT).await
}

async fn write(work: Work, document: usize) -> Outcome {
    let folder = folder()?;
    let options = sqlite_options(&folder);
    let file = options.path.clone();
    let store = sqlite::open(options).await.map_err(Failure::unable)?;
    prepare(&store, PROCESSES * WRITERS, document).await.map_err(Failure::unable)?;
    let processes = Processes::start(PROCESSES, &file, work).await?;
    let begun = Instant::now();
    let writing = tokio::spawn(processes.run());
    let largest = Log::of(&file).largest_until(begun + work.time).await?;
    let mut written = Written::default();
    for process in writing.await.map_err(Failure::unable)?? {
        written.add(process);
    }
    let sum: u64 = written.kept.iter().sum();
    let stored = read(&store, SHARED).await.map_err(Failure::found)?;
    let found = if largest > BOUND {
        format!("the log had {} MiB after {sum} units", largest / MIB)
    } else if let Some(refusal) = written.refusals.first() {
        format!("a unit was told: {refusal}")
    } else if stored != sum {
        format!("{sum} units were told that they are kept, and {stored} are")
    } else {
        return Ok(Tried::new(format!(
            "{sum} units of {PROCESSES} processes of {WRITERS} writers and {READERS} readers in {} s, the longest {} ms; the \
             log at most {} MiB",
            work.time.as_secs(),
            written.longest_ms,
            largest / MIB
        )));
    };
    Err(Failure::Found(found))
}
