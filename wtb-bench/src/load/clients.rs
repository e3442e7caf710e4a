//! Clients that add executions one after another, and note how long each unit took.

use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::{Place, StoreKind};
use crate::samples::{self, LARGE_STATE};
use crate::statistics::float;
use crate::workload::Dataset;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wtb_domain::ExecutionStatus;
use wtb_ports::UnitOfWorkFactory;

/// Numbers that one client has for its executions.
const NUMBERS: u64 = 1_000_000;

/// How the store is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// As it is when nobody sets anything.
    Usual,
    /// `storage.max_connections`
    Connections(u32),
    /// `storage.pooler`, without any pooler.
    Pooler,
}

impl Setting {
    /// What is worth trying for a kind of store. What `synchronous` does is seen from the lanes of SQLite.
    pub(super) const fn others(store: StoreKind) -> &'static [Self] {
        match store {
            StoreKind::Memory | StoreKind::Sqlite => &[],
            StoreKind::Postgres => &[
                Self::Connections(2),
                Self::Connections(4),
                Self::Connections(16),
                Self::Connections(32),
                Self::Pooler,
            ],
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => f.write_str("the usual settings"),
            Self::Connections(number) => write!(f, "max_connections = {number}"),
            Self::Pooler => f.write_str("pooler = true"),
        }
    }
}

/// What clients were served.
pub(super) struct Served {
    /// How long each unit took, the shortest first.
    pub(super) latencies: Vec<Duration>,
    /// How long all took together.
    pub(super) elapsed: Duration,
    /// Units of the client that was served least, in relation to what each would have had in equal shares.
    pub(super) least_share: f64,
}

/// Lets clients work for a while.
pub(super) async fn serve(lane: Lane, setting: Setting, clients: usize, each: Duration) -> Outcome<Served> {
    let place = Place::with(lane.store, Dataset::Fresh { executions: 0 }).await?;
    let settings = place
        .settings()
        .set("storage.synchronous", lane.synchronous.as_str(), "the lane")
        // A unit that waits for its turn is no failure here.
        .set("storage.wait_ms", "60000", "the load");
    let settings = match setting {
        Setting::Usual => settings,
        Setting::Connections(number) => {
            settings.set("storage.max_connections", number.to_string(), "the setting")
        }
        Setting::Pooler => settings.set("storage.pooler", "true", "the setting"),
    };
    let store = wtb_config::open(&settings.load()?).await?;
    // Connections are opened and statements prepared before anything counts.
    work(&store, clients, 0, each / 10).await?;
    let begun = Instant::now();
    let served = work(&store, clients, 1, each).await?;
    let elapsed = begun.elapsed();
    let least = served.iter().map(Vec::len).min().unwrap_or_default();
    let mut latencies: Vec<_> = served.into_iter().flatten().collect();
    latencies.sort_unstable();
    let equal = float(latencies.len()) / float(clients);
    Ok(Served { latencies, elapsed, least_share: float(least) / equal })
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
