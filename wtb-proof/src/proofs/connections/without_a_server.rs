//! Clients of a proxy that loses its server for a while, as in a failover.

use super::defects::hiding_losses;
use super::place::{Decorate, Place};
use super::unit::{self, Ended};
use crate::proof::{Failure, Outcome, Trial, Tried};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use wtb_config::{RetryPolicy, Settings, run};
use wtb_ports::{StoreError, UnitOfWorkFactory};

/// Clients that let units be run again, and as many that begin and commit them.
const CLIENTS: usize = 3;
/// How long units wait: longer than the server is away.
const WAIT: Duration = Duration::from_secs(10);
/// How long the server is away at most.
const AWAY_MS: u64 = 1_500;
/// How long a client may need to commit a unit when there is a server again.
const RECOVERS: Duration = Duration::from_secs(20);

pub(super) async fn sound(trial: Trial) -> Outcome {
    with(|store| store, trial, trial.times(3, 200), WAIT).await
}

/// It waits for no time that would be long enough.
pub(super) async fn does_not_wait(trial: Trial) -> Outcome {
    with(|store| store, trial, 10, Duration::from_millis(100)).await
}

pub(super) async fn hides_losses(trial: Trial) -> Outcome {
    with(hiding_losses, trial, 10, WAIT).await
}

/// The same for any store that waits so long; the server goes away so often.
async fn with(decorate: Decorate, trial: Trial, times: usize, wait: Duration) -> Outcome {
    let place = Arc::new(Place::new(decorate).await?);
    let (proxy, store) = place.behind_a_proxy_with(|options| options.wait(wait)).await?;
    let (stop, committed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for number in 0..2 * CLIENTS {
        let (place, store) = (Arc::clone(&place), Arc::clone(&store));
        let (stop, committed) = (Arc::clone(&stop), Arc::clone(&committed));
        clients.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                if number % 2 == 0 {
                    run_one(&place, &*store).await
                } else {
                    begin_one(&place, &*store).await
                }?;
                committed.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failure>(())
        });
    }
    let mut numbers = trial.seed.numbers();
    for _ in 0..times {
        wait_for_more(&committed, 4 * CLIENTS, &mut clients).await?;
        proxy.lose_server();
        sleep(Duration::from_millis(AWAY_MS / 2 + numbers.below(AWAY_MS / 2))).await;
        proxy.find_server();
    }
    wait_for_more(&committed, 4 * CLIENTS, &mut clients).await?;
    stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.map_err(Failure::unable)??;
    }
    place.ledger.compare(&*place.healthy).await?;
    Ok(Tried::new(format!(
        "a server that was away {times} times under {} clients: {}",
        2 * CLIENTS,
        place.ledger.tally()
    )))
}

/// Waits until so many more units are done; a client that has failed ends it.
async fn wait_for_more(
    done: &AtomicUsize,
    more: usize,
    clients: &mut JoinSet<Result<(), Failure>>,
) -> Result<(), Failure> {
    let (since, before) = (Instant::now(), done.load(Ordering::Relaxed));
    while done.load(Ordering::Relaxed) < before + more {
        if let Some(ended) = clients.try_join_next() {
            ended.map_err(Failure::unable)??;
        }
        if since.elapsed() > RECOVERS {
            return Err(Failure::found(format!("fewer than {more} units are done within {RECOVERS:?}")));
        }
        sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// A unit that is run again when that is safe must be committed.
async fn run_one(place: &Place, store: &dyn UnitOfWorkFactory) -> Result<(), Failure> {
    let number = place.next_number();
    let policy = RetryPolicy::from(&Settings::for_testing().retry);
    let ran: Result<(), StoreError> =
        run(store, policy, |unit| Box::pin(async move { unit::write(unit, number).await })).await;
    ran.map_err(|error| Failure::found(format!("unit {number} is run in vain: {error}")))?;
    place.ledger.note(number, Ended::Committed);
    Ok(())
}

/// A unit may fail on its way, but not as it begins.
async fn begin_one(place: &Place, store: &dyn UnitOfWorkFactory) -> Result<(), Failure> {
    let begun = Instant::now();
    if let Err(error) = store.begin().await {
        let took = begun.elapsed();
        return Err(Failure::found(format!("a unit does not begin, after {took:.1?} already: {error}")));
    }
    place.do_one(store).await.map(drop)
}
