//! Killing the server of a database, again and again, while clients commit.

use super::check::Found;
use super::clients::is_sound;
use super::units::{Manner, came_second, commit_next};
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::stores::postgres_options;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use wtb_adapter_sql::Examination;
use wtb_adapter_sql::postgres::{self, PostgresStore};
use wtb_test_postgres::OwnServer;

const CLIENTS: u32 = 4;
/// How long a store may take to be of use again.
const RECOVERY: Duration = Duration::from_mins(1);
/// Between two attempts to use it.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn killed(trial: Trial) -> Outcome {
    kills(trial, Manner::Sound, "").await
}

pub(super) async fn killed_after_early_answers(trial: Trial) -> Outcome {
    kills(trial, Manner::AnswersEarly, "").await
}

/// The server answers a commit before it has written its log.
pub(super) async fn killed_with_commits_in_memory(trial: Trial) -> Outcome {
    kills(trial, Manner::Sound, "?options=-c%20synchronous_commit%3Doff").await
}

/// The store stays open all the time.
async fn kills(trial: Trial, manner: Manner, parameters: &str) -> Outcome {
    let is_sound_store = manner == Manner::Sound && parameters.is_empty();
    // With a defect it ends with the first find.
    let kills = if is_sound_store { trial.times(2, 500) } else { 20 };
    let server = OwnServer::restarting().await.map_err(Failure::unable)?;
    let url = format!("{}{parameters}", server.url());
    let store = postgres::open(postgres_options(&url)).await.map_err(Failure::unable)?;
    let mut known = 0;
    for kill in 0..kills {
        let mut numbers = trial.seed.part(kill).numbers();
        let (units, pause) = (known + 3 + numbers.below(20), Duration::from_micros(numbers.below(5_000)));
        let progress =
            Arc::new(Progress { acknowledged: AtomicU64::new(known), is_over: AtomicBool::new(false) });
        let mut clients = JoinSet::new();
        for _ in 0..if manner == Manner::Sound { CLIENTS } else { 1 } {
            clients.spawn(commit(store.clone(), manner, Arc::clone(&progress)));
        }
        progress.wait_for(units).await?;
        sleep(pause).await;
        server.kill().await.map_err(Failure::unable)?;
        progress.is_over.store(true, Ordering::Release);
        while clients.join_next().await.is_some() {}
        let acknowledged = progress.acknowledged.load(Ordering::Acquire);
        let found = read_as_soon_as_possible(&store).await?;
        known = found.whole_units().map_err(Failure::Found)?;
        if known < acknowledged {
            return Err(Failure::found(format_args!(
                "unit {acknowledged} was acknowledged, and there are {known} after kill {kill}"
            )));
        }
        is_sound(store.diagnose(Examination::Full).await).map_err(Failure::Found)?;
    }
    Ok(Tried::new(format!("{kills} kills of the server with {CLIENTS} clients, {known} units")))
}

/// What clients and whoever kills their server know of each other.
struct Progress {
    /// The last unit that was acknowledged.
    acknowledged: AtomicU64,
    is_over: AtomicBool,
}

impl Progress {
    /// Waits until this unit is acknowledged.
    async fn wait_for(&self, unit: u64) -> Result<(), Failure> {
        let end = Instant::now() + RECOVERY;
        while self.acknowledged.load(Ordering::Acquire) < unit {
            if Instant::now() > end {
                return Err(Failure::unable("the clients commit nothing"));
            }
            sleep(Duration::from_micros(200)).await;
        }
        Ok(())
    }
}

/// Commits units until the server was killed. Who only begins one then may find the server back before it has to fail.
async fn commit(store: PostgresStore, manner: Manner, progress: Arc<Progress>) {
    while !progress.is_over.load(Ordering::Acquire) {
        match commit_next(&store, manner).await {
            Ok(number) => drop(progress.acknowledged.fetch_max(number, Ordering::AcqRel)),
            Err(error) if came_second(&error) => {}
            Err(_) => return,
        }
    }
}

/// Reads everything as soon as the server is back.
async fn read_as_soon_as_possible(store: &PostgresStore) -> Result<Found, Failure> {
    let end = Instant::now() + RECOVERY;
    loop {
        match Found::in_store(store).await {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() > end => {
                return Err(Failure::found(format_args!(
                    "the store is of no use after the server came back: {error}"
                )));
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}
