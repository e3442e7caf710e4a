//! Killing the server of a database, again and again, while clients commit.

use super::check::Found;
use super::clients::is_sound;
use super::units::{Manner, came_second, commit_next};
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::stores::postgres_options;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use wtb_adapter_sql::postgres::{self, PostgresStore};
use wtb_test_postgres::OwnServer;

const CLIENTS: u32 = 4;
/// How long a store may take to be of use again.
const RECOVERY: Duration = Duration::from_secs(60);
/// Between two attempts to use it.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn killed(trial: Trial) -> Outcome {
    kills(trial, Manner::Sound, "").await
}

pub(super) async fn killed_while_in_halves(trial: Trial) -> Outcome {
    kills(trial, Manner::InHalves, "").await
}

/// The server answers a commit before it has written its log.
pub(super) async fn killed_with_commits_in_memory(trial: Trial) -> Outcome {
    kills(trial, Manner::Sound, "?options=-c%20synchronous_commit%3Doff").await
}

/// The store stays open all the time.
async fn kills(trial: Trial, manner: Manner, parameters: &str) -> Outcome {
    let is_sound_store = manner == Manner::Sound && parameters.is_empty();
    // With a defect it ends with the first find.
    let kills = if is_sound_store { trial.times(2, 100) } else { 20 };
    let server = OwnServer::restarting().await.map_err(Failure::unable)?;
    let url = format!("{}{parameters}", server.url());
    let store = postgres::open(postgres_options(&url)).await.map_err(Failure::unable)?;
    let mut known = 0;
    for kill in 0..kills {
        let mut numbers = trial.seed.part(kill).numbers();
        let (units, pause) = (known + 3 + numbers.below(20), Duration::from_micros(numbers.below(5_000)));
        let acknowledged = Arc::new(AtomicU64::new(known));
        let mut clients = JoinSet::new();
        for _ in 0..if manner == Manner::Sound { CLIENTS } else { 1 } {
            clients.spawn(commit_until_it_fails(store.clone(), manner, Arc::clone(&acknowledged)));
        }
        wait_for(&acknowledged, units).await?;
        sleep(pause).await;
        server.kill().await.map_err(Failure::unable)?;
        while clients.join_next().await.is_some() {}
        let acknowledged = acknowledged.load(Ordering::Acquire);
        let found = read_as_soon_as_possible(&store).await?;
        known = found.whole_units().map_err(Failure::Found)?;
        if known < acknowledged {
            return Err(Failure::found(format_args!(
                "unit {acknowledged} was acknowledged, and there are {known} after kill {kill}"
            )));
        }
        is_sound(store.diagnose().await).map_err(Failure::Found)?;
    }
    Ok(Tried::new(format!("{kills} kills of the server with {CLIENTS} clients, {known} units")))
}

/// Commits units and notes the largest, until the server is gone.
async fn commit_until_it_fails(store: PostgresStore, manner: Manner, acknowledged: Arc<AtomicU64>) {
    loop {
        match commit_next(&store, manner).await {
            Ok(number) => drop(acknowledged.fetch_max(number, Ordering::AcqRel)),
            Err(error) if came_second(&error) => {}
            Err(_) => return,
        }
    }
}

/// Waits until this unit is acknowledged.
async fn wait_for(acknowledged: &AtomicU64, unit: u64) -> Result<(), Failure> {
    let end = Instant::now() + RECOVERY;
    while acknowledged.load(Ordering::Acquire) < unit {
        if Instant::now() > end {
            return Err(Failure::unable("the clients commit nothing"));
        }
        sleep(Duration::from_micros(200)).await;
    }
    Ok(())
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
