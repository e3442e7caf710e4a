//! Callers that have a few milliseconds for a unit: units succeed all the same, and the pool is whole afterwards.

use super::defects::LosesTheTurnOfABegin;
use super::place;
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::proofs::counting::{count, prepare, read};
use crate::stores::Adapter;
use async_trait::async_trait;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use wtb_contract::defective::{Defect, DefectiveStore, Gate};
use wtb_ports::{BoxUnitOfWork, Retry, StoreResult, UnitOfWorkFactory};

pub(crate) const SHORT_DEADLINES: Proof = Proof {
    name: "short deadlines",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "opens a connection for its caller alone", run: run!(for_the_caller_alone) },
        PlantedDefect { name: "loses the connection of a dropped caller", run: run!(losing_connections) },
    ],
};

const CALLERS: u32 = 16;
const POOL: NonZeroU32 = NonZeroU32::new(4).expect("not zero");
/// The longest deadline, in milliseconds; they go up from 0, again and again.
const LONGEST: u64 = 8;
/// How long it may take to have every connection at once afterwards.
const PATIENCE: Duration = Duration::from_secs(10);

async fn sound(trial: Trial) -> Outcome {
    let time = Duration::from_secs(trial.times(2, 60));
    let mut words = Vec::new();
    for adapter in [Adapter::Memory, Adapter::Sqlite, Adapter::Postgres] {
        let (store, mut observer) = place::open(adapter, POOL).await?;
        let counted = hurry(store.factory, time)
            .await
            .map_err(|failure| failure.told(|what| format!("{adapter}: {what}")))?;
        observer.check_nothing_is_left().await?;
        words.push(format!("{} of {} on {adapter}", counted.kept, counted.kept + counted.given_up));
    }
    Ok(Tried::new(format!(
        "units of at most {LONGEST} ms kept in {} s: {}",
        time.as_secs(),
        words.join(", ")
    )))
}

async fn for_the_caller_alone(_: Trial) -> Outcome {
    on_defective(OpensForTheCallerAlone).await
}

async fn losing_connections(_: Trial) -> Outcome {
    on_defective(LosesTheTurnOfABegin).await
}

async fn on_defective<D: Defect>(defect: D) -> Outcome {
    let gate = Gate::with_room_for(POOL.get(), Duration::from_secs(1));
    let store = Arc::new(DefectiveStore::new(Arc::new(wtb_adapter_memory::open()), gate, defect));
    hurry(store, Duration::from_secs(1)).await?;
    Ok(Tried::new("units on a store with a defect"))
}

/// How many units of a caller ended in which way.
#[derive(Default)]
struct Counted {
    kept: u64,
    given_up: u64,
}

/// Has callers count units for so long, then takes every connection at once.
async fn hurry(store: Arc<dyn UnitOfWorkFactory>, time: Duration) -> Result<Counted, Failure> {
    prepare(&*store, CALLERS, 0).await.map_err(Failure::unable)?;
    let until = Instant::now() + time;
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let store = Arc::clone(&store);
        callers.spawn(async move { (caller, count_until(&*store, caller, until).await) });
    }
    let mut all = Counted::default();
    while let Some(ended) = callers.join_next().await {
        let (caller, counted) = ended.map_err(Failure::unable)?;
        let counted = counted.map_err(|error| Failure::found(format!("a unit failed with {error:?}")))?;
        let stored = read(&*store, &caller.to_string()).await.map_err(Failure::found)?;
        if !(counted.kept..=counted.kept + counted.given_up).contains(&stored) {
            return Err(Failure::found(format!(
                "{stored} units are stored of a caller to whom {} were acknowledged and who gave up {}",
                counted.kept, counted.given_up
            )));
        }
        all.kept += counted.kept;
        all.given_up += counted.given_up;
    }
    if all.kept == 0 {
        return Err(Failure::found(format!("none of {} units succeeded", all.given_up)));
    }
    let whole = timeout(PATIENCE, take_all(&*store)).await;
    whole.map_err(|_| Failure::found("the pool is not whole"))?.map_err(Failure::found)?;
    Ok(all)
}

/// Counts units, each given up when its time is over.
async fn count_until(store: &dyn UnitOfWorkFactory, caller: u32, until: Instant) -> StoreResult<Counted> {
    let (name, mut counted) = (caller.to_string(), Counted::default());
    for deadline in (0..=LONGEST).cycle().map(Duration::from_millis) {
        if Instant::now() >= until {
            break;
        }
        match timeout(deadline, count_one(store, &name)).await {
            Ok(Ok(())) => counted.kept += 1,
            // A unit that was given up during its commit may be kept while the next one is open.
            Ok(Err(error)) if error.retry() != Retry::WholeUnit => return Err(error),
            Ok(Err(_)) | Err(_) => counted.given_up += 1,
        }
        tokio::task::yield_now().await;
    }
    Ok(counted)
}

async fn count_one(store: &dyn UnitOfWorkFactory, name: &str) -> StoreResult<()> {
    let mut unit = store.begin().await?;
    count(&mut unit, name).await?;
    unit.commit().await
}

async fn take_all(store: &dyn UnitOfWorkFactory) -> StoreResult<()> {
    let mut units = Vec::new();
    for _ in 0..POOL.get() {
        units.push(store.begin_read().await?);
    }
    for unit in units {
        unit.rollback().await?;
    }
    count_one(store, "0").await
}

/// Takes longer to open a connection than a caller has, and closes it where the caller is gone.
#[derive(Debug, Clone)]
struct OpensForTheCallerAlone;

#[async_trait]
impl Defect for OpensForTheCallerAlone {
    async fn begin(&self, store: &Arc<dyn UnitOfWorkFactory>) -> StoreResult<BoxUnitOfWork> {
        sleep(Duration::from_millis(LONGEST + 1)).await;
        store.begin().await
    }
}
