//! Two hundred units on a pool of four connections of PostgreSQL, while one unit does nothing with what it holds.

use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::proofs::counting::{SHARED, count, prepare, read};
use crate::stores::{database, postgres_options};
use async_trait::async_trait;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};
use wtb_adapter_sql::postgres;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Place};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

pub(crate) const POSTGRES: Proof = Proof {
    name: "contention, PostgreSQL",
    run: run!(sound),
    defects: &[
        PlantedDefect { name: "lets units wait without an end", run: run!(without_an_end) },
        PlantedDefect { name: "lets a stuck unit go on", run: run!(with_patience_for_the_stuck) },
    ],
};

const UNITS: u32 = 200;
const POOL: NonZeroU32 = NonZeroU32::new(4).expect("not zero");
/// Not enough for the lock of the stuck unit.
const SHORT: Duration = Duration::from_secs(1);
/// Enough for all of them.
const LONG: Duration = Duration::from_secs(30);
/// For how long the server lets a unit do nothing.
const STUCK: Duration = Duration::from_secs(2);
/// How much longer than it should a wait may take on a busy machine.
const GRACE: Duration = Duration::from_secs(3);
/// What an attempt may wait for: a connection, and the locks of two rows.
const WAITS: u32 = 3;

/// A store with its options, and perhaps a defect.
type Wrap = fn(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory>;

async fn sound(trial: Trial) -> Outcome {
    let rounds = trial.times(1, 20);
    let (mut finished, mut refused) = (0, 0);
    for _ in 0..rounds {
        for wait in [SHORT, LONG] {
            let counted = with_one_stuck(wait, STUCK, |store| store).await?;
            finished += counted.finished;
            refused += counted.refused;
        }
    }
    let tries = rounds * 2;
    Ok(Tried::new(format!(
        "{tries} times {UNITS} units on {POOL} connections, one stuck: {finished} finished, {refused} were told in time"
    )))
}

async fn without_an_end(_: Trial) -> Outcome {
    let defective: Wrap = |store| Arc::new(DefectiveStore::new(store, Gate::with_room_for(1, LONG), Endless));
    with_one_stuck(SHORT, STUCK, defective).await.map(|_| Tried::new("one round"))
}

async fn with_patience_for_the_stuck(_: Trial) -> Outcome {
    with_one_stuck(SHORT, LONG, |store| store).await.map(|_| Tried::new("one round"))
}

/// Lets units wait for room without an end.
#[derive(Debug, Clone)]
struct Endless;

#[async_trait]
impl Defect for Endless {
    async fn wait(&self, gate: &Gate, writes: bool) -> StoreResult<Place> {
        Ok(gate.wait_forever(writes).await)
    }
}

/// What became of units.
#[derive(Default)]
struct Counted {
    finished: u32,
    refused: u32,
}

/// All units at once, each waiting so long, while one is stuck that the server ends after `idle`.
async fn with_one_stuck(wait: Duration, idle: Duration, wrap: Wrap) -> Result<Counted, Failure> {
    let database = database().await?;
    let options = postgres_options(database.url()).max_connections(POOL).wait(wait);
    let store = postgres::open(options.idle_in_transaction_timeout(idle)).await.map_err(Failure::unable)?;
    let store = wrap(Arc::new(store));
    prepare(&*store, UNITS, 0).await.map_err(Failure::unable)?;

    let mut stuck = begun(&*store).await?;
    count(&mut stuck, SHARED).await.map_err(Failure::found)?;
    let ends = Instant::now() + STUCK + GRACE;
    let mut units = JoinSet::new();
    for number in 0..UNITS {
        units.spawn(work(Arc::clone(&store), number, wait));
    }
    let mut counted = Counted::default();
    let mut shared = 0;
    while let Some(unit) = units.join_next().await {
        let finished = unit.map_err(Failure::unable)??;
        shared += u64::from(finished == Finished::WithTheLock);
        match finished {
            Finished::Refused => counted.refused += 1,
            Finished::WithTheLock | Finished::Without => counted.finished += 1,
        }
    }
    if wait == LONG && counted.refused > 0 {
        return Err(Failure::found(format_args!("{} units were refused with time left", counted.refused)));
    }
    sleep_until(ends.into()).await;
    match stuck.commit().await {
        Err(StoreError::Unavailable { waited_for, .. }) if waited_for.contains("rolled back meanwhile") => {}
        answer => return Err(Failure::found(format_args!("the stuck unit was told {answer:?}"))),
    }
    let stored = read(&*store, SHARED).await.map_err(Failure::found)?;
    if stored != shared {
        return Err(Failure::found(format_args!(
            "{shared} units were told that they are kept, and {stored} are"
        )));
    }
    Ok(counted)
}

/// A unit, however busy the machine is.
async fn begun(store: &dyn UnitOfWorkFactory) -> Result<BoxUnitOfWork, Failure> {
    store.begin().await.map_err(Failure::unable)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finished {
    WithTheLock,
    Without,
    Refused,
}

/// Works until the unit is kept or refused; every other one also wants what the stuck one has.
async fn work(store: Arc<dyn UnitOfWorkFactory>, number: u32, wait: Duration) -> Result<Finished, Failure> {
    let own = number.to_string();
    let with_the_lock = number.is_multiple_of(2);
    let names = if with_the_lock { vec![SHARED, &own] } else { vec![own.as_str()] };
    loop {
        let attempt = timeout(wait * WAITS + GRACE, async {
            let mut unit = store.begin().await?;
            for name in &names {
                count(&mut unit, name).await?;
            }
            unit.commit().await
        });
        match attempt.await {
            Ok(Ok(())) if with_the_lock => return Ok(Finished::WithTheLock),
            Ok(Ok(())) => return Ok(Finished::Without),
            Ok(Err(StoreError::Unavailable { .. })) => return Ok(Finished::Refused),
            // Another unit came first.
            Ok(Err(StoreError::Conflict { .. })) => {}
            Ok(Err(error)) => return Err(Failure::found(format_args!("a unit was told {error:?}"))),
            Err(_) => {
                let millis = wait.as_millis();
                return Err(Failure::found(format_args!(
                    "a unit that waits for {millis} ms had no answer long after"
                )));
            }
        }
    }
}
