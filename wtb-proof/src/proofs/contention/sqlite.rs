//! Two processes of eight writers each on one SQLite file, and somebody who reads for a long time.

use super::log::Log;
use super::processes::{Processes, Work};
use super::writers::{WRITERS, Written};
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::proofs::counting::{SHARED, prepare, read};
use crate::stores::{folder, sqlite_options};
use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{sleep, sleep_until};
use wtb_adapter_sql::sqlite;
use wtb_contract::defective::{Defect, DefectiveStore, Gate};
use wtb_ports::{BoxUnitOfWork, StoreResult, UnitOfWorkFactory};

pub(crate) const SQLITE: Proof = Proof {
    name: "contention, SQLite",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "is locked for longer than anybody waits", run: run!(locked) },
        PlantedDefect { name: "lets one writer overtake the others", run: run!(overtaking) },
        PlantedDefect { name: "keeps the log for a reader that left", run: run!(leaking) },
    ],
};

const PROCESSES: u32 = 2;
/// How long a unit waits for its turn.
const WAIT: Duration = Duration::from_secs(5);
/// How long a proof with a defect takes.
const SHORT: Duration = Duration::from_secs(3);

const MIB: u64 = 1024 * 1024;
/// What the log grows to without readers: the store cuts one of 64 MiB.
const LONG_LOG: u64 = 80 * MIB;
/// What the log shrinks to: the store keeps 16 MiB of one that it starts over.
const SHORT_LOG: u64 = 20 * MIB;
/// What each unit writes beside its counts, in bytes.
const DOCUMENT: usize = 20_000;
/// What one unit may write into the log beside its document.
const UNIT: u64 = 32 * 1024;

async fn sound(trial: Trial) -> Outcome {
    let time = Duration::from_secs(trial.times(5, 60));
    contend(Work::new(time, WAIT), DOCUMENT, None, |store| store).await
}

async fn locked(_: Trial) -> Outcome {
    let wait = Duration::from_millis(200);
    contend(Work::new(SHORT, wait), DOCUMENT, Some(wait * 5), |store| store).await
}

async fn overtaking(_: Trial) -> Outcome {
    contend(Work { overtaking: true, ..Work::new(SHORT, WAIT) }, DOCUMENT, None, |store| store).await
}

async fn leaking(_: Trial) -> Outcome {
    // The log has to become long meanwhile on a slow machine too.
    let work = Work::new(2 * SHORT, WAIT);
    contend(work, 10 * DOCUMENT, None, |store| {
        Arc::new(DefectiveStore::new(store, Gate::with_room_for(8, WAIT), Leaking))
    })
    .await
}

/// Forgets to end units that read.
#[derive(Debug, Clone)]
struct Leaking;

#[async_trait]
impl Defect for Leaking {
    async fn rollback(&mut self, unit: BoxUnitOfWork) -> StoreResult<()> {
        std::mem::forget(unit);
        Ok(())
    }
}

/// A store, and perhaps a defect.
type Wrap = fn(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory>;

/// Has processes contend for a file, each unit of which writes a document of this size, with a reader in the middle of the time,
/// and perhaps another program that locks the file for so long.
async fn contend(work: Work, document: usize, locked: Option<Duration>, wrap: Wrap) -> Outcome {
    let folder = folder()?;
    let options = sqlite_options(&folder);
    let file = options.path.clone();
    let store = wrap(Arc::new(sqlite::open(options).await.map_err(Failure::unable)?));
    prepare(&*store, PROCESSES * WRITERS, document).await.map_err(Failure::unable)?;
    let processes = Processes::start(PROCESSES, &file, work).await?;
    let (begun, end) = (Instant::now(), Instant::now() + work.time);
    let writing = tokio::spawn(processes.run());
    if let Some(time) = locked {
        lock(&file, time).await?;
    }
    let log = Log::of(&file);
    let before = log.largest_until(begun + work.time / 4).await?;
    let counted = read(&*store, SHARED).await.map_err(Failure::found)?;
    let reader = store.begin_read().await.map_err(Failure::found)?;
    let during = log.largest_until(begun + work.time / 2).await?;
    reader.rollback().await.map_err(Failure::found)?;
    let meanwhile = read(&*store, SHARED).await.map_err(Failure::found)? - counted;
    sleep_until((begun + work.time * 3 / 4).into()).await;
    let after = log.smallest_until(end).await?;
    let mut written = Written::default();
    for process in writing.await.map_err(Failure::unable)?? {
        written.add(process);
    }
    let sum: u64 = written.kept.iter().sum();
    let stored = read(&*store, SHARED).await.map_err(Failure::found)?;
    let (slowest, fastest) = (written.kept.iter().min(), written.kept.iter().max());
    let (slowest, fastest) = slowest.zip(fastest).expect("there are writers");
    let found = if let Some(refusal) = written.refusals.first() {
        format!("a writer was told: {refusal}")
    } else if stored != sum {
        format!("{sum} units were told that they are kept, and {stored} are")
    } else if before > LONG_LOG {
        format!("the log had {} MiB without a reader", before / MIB)
    } else if during > LONG_LOG + meanwhile * (UNIT + document as u64) {
        format!("the log had {} MiB for {meanwhile} units", during / MIB)
    } else if after > SHORT_LOG {
        format!("the log still had {} MiB long after a reader that kept {}", after / MIB, during / MIB)
    } else if slowest * 2 < *fastest {
        format!("one writer had {slowest} units kept and another {fastest}: {:?}", written.kept)
    } else {
        let seconds = work.time.as_secs();
        return Ok(Tried::new(format!(
            "{sum} units of {PROCESSES} processes of {WRITERS} writers in {seconds} s, each {slowest} to {fastest}, the \
             longest {} ms; the log {} MiB, with a reader {}, then {}",
            written.longest_ms,
            before / MIB,
            during / MIB,
            after / MIB
        )));
    };
    Err(Failure::Found(found))
}

/// Locks the file as another program does.
async fn lock(file: &Path, time: Duration) -> Result<(), Failure> {
    let connection = rusqlite::Connection::open(file).map_err(Failure::unable)?;
    connection.busy_timeout(WAIT).map_err(Failure::unable)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(Failure::unable)?;
    sleep(time).await;
    connection.execute_batch("ROLLBACK").map_err(Failure::unable)
}
