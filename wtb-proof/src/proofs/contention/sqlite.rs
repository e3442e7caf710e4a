//! Two processes of eight writers each on one SQLite file, and somebody who reads for a long time.

use super::counting::{prepare, total};
use super::log::Log;
use super::processes::{Processes, Work};
use super::writers::{WRITERS, Written};
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores::{folder, sqlite_options};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wtb_adapter_sql::sqlite;
use wtb_ports::UnitOfWorkFactory;

const PROCESSES: u32 = 2;
const MIB: u64 = 1024 * 1024;

pub(crate) const SQLITE: Proof = Proof { name: "contention, SQLite", run: run!(sound), defects: &[] };

async fn sound(trial: Trial) -> Outcome {
    let time = Duration::from_secs(trial.times(5, 60));
    let work = Work { time, wait: Duration::from_secs(5), overtaking: false };
    let folder = folder()?;
    let options = sqlite_options(&folder);
    let log = Log::of(&options.path);
    let store: Arc<dyn UnitOfWorkFactory> = Arc::new(sqlite::open(options.clone()).await.map_err(Failure::unable)?);
    prepare(&*store, PROCESSES * WRITERS).await.map_err(Failure::unable)?;
    let processes = Processes::start(PROCESSES, &options.path, work).await?;
    let begun = Instant::now();
    let writing = tokio::spawn(processes.run());
    let before = log.largest_until(begun + time / 4).await?;
    let reader = store.begin_read().await.map_err(Failure::found)?;
    let during = log.largest_until(begun + time * 5 / 8).await?;
    reader.rollback().await.map_err(Failure::found)?;
    let left = Instant::now();
    let after = log.until_within(16 * MIB, begun + time).await?;
    let shrunk = left.elapsed();
    let later = log.largest_until(begun + time).await?;
    let written = writing.await.expect("no panic")?;
    let mut all = Written::default();
    for w in written { eprintln!("{w}"); all.add(w); }
    let sum: u64 = all.kept.iter().sum();
    let total = total(&*store).await.map_err(Failure::found)?;
    Ok(Tried::new(format!("before {} during {} after {} ({shrunk:?}) later {} sum {sum} total {total} min {:?} max {:?}", before/MIB, during/MIB, after/MIB, later/MIB, all.kept.iter().min(), all.kept.iter().max())))
}
