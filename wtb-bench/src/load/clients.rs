//! Clients that add executions one after another, and note how long each unit took.

use super::setting::{Servers, Setting};
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::samples::{self, LARGE_STATE};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wtb_domain::ExecutionStatus;
use wtb_ports::UnitOfWorkFactory;

/// Numbers that one client has for its executions.
const NUMBERS: u64 = 1_000_000;

/// What clients were served.
#[derive(Default)]
pub(super) struct Served {
    /// How long each unit took.
    pub(super) latencies: Vec<Duration>,
    /// How long all took together.
    pub(super) elapsed: Duration,
    /// Units of the client that was served least, turn by turn.
    pub(super) least: usize,
}

impl Served {
    /// Adds what clients were served in another turn.
    pub(super) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
        self.least += other.least;
    }
}

/// Lets clients work for a while.
pub(super) async fn serve(
    lane: Lane,
    setting: Setting,
    servers: &Servers,
    clients: usize,
    each: Duration,
) -> Outcome<Served> {
    let place = servers.place(lane.store, setting).await?;
    let settings = place
        .settings()
        .set("storage.synchronous", lane.synchronous.as_str(), "the lane")
        // A unit that waits for its turn is no failure here.
        .set("storage.wait_ms", "60000", "the load");
    let settings = servers.set(setting, settings, &place)?;
    let store = wtb_config::open(&settings.load()?).await?;
    // Connections are opened and statements prepared before anything counts.
    work(&store, clients, 0, each / 10).await?;
    let begun = Instant::now();
    let served = work(&store, clients, 1, each).await?;
    let elapsed = begun.elapsed();
    let least = served.iter().map(Vec::len).min().unwrap_or_default();
    Ok(Served { latencies: served.into_iter().flatten().collect(), elapsed, least })
}

/// Answers how long each unit of each client took.
async fn work(
    store: &wtb_config::Store,
    clients: usize,
    part: u64,
    each: Duration,
) -> Outcome<Vec<Vec<Duration>>> {
    let clients: Vec<_> = (0..u64::try_from(clients)?)
        .map(|client| {
            let first = (client * 2 + part) * NUMBERS;
            tokio::spawn(add_until(Arc::clone(store.factory()), first, Instant::now() + each))
        })
        .collect();
    let mut served = Vec::with_capacity(clients.len());
    for client in clients {
        served.push(client.await??);
    }
    Ok(served)
}

async fn add_until(store: Arc<dyn UnitOfWorkFactory>, first: u64, end: Instant) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut number = first;
    while Instant::now() < end {
        let execution =
            samples::execution(number, samples::workflow_id(0), ExecutionStatus::Pending, LARGE_STATE);
        let begun = Instant::now();
        let mut unit = store.begin().await?;
        unit.executions().add(execution).await?;
        unit.commit().await?;
        latencies.push(begun.elapsed());
        number += 1;
    }
    Ok(latencies)
}
