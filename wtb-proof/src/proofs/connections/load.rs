//! Many clients at once, while connections are ended by the server, or cut, at random.

use super::fault::{Fault, Plan, Speaker};
use super::place::{APPLICATION, Decorate, Place, RECOVERS};
use super::proxy::Proxy;
use crate::proof::{Failure, Outcome, Trial, Tried};
use crate::seed::Numbers;
use sqlx::{Connection, PgConnection};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use wtb_ports::UnitOfWorkFactory;

const CLIENTS: usize = 6;
const CONNECTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);

/// About as many bytes as clients and server say in two units.
const BYTES: u64 = 4_000;

/// The longest pause between two faults.
const PAUSE_MS: u64 = 30;

pub(super) async fn sound(trial: Trial) -> Outcome {
    with(|store| store, trial, trial.times(80, 2_000)).await
}

/// The same for any store, with so many faults.
pub(super) async fn with(decorate: Decorate, trial: Trial, faults: usize) -> Outcome {
    let place = Arc::new(Place::new(decorate).await?);
    let (proxy, store) = place.behind_a_proxy(CONNECTIONS).await?;
    let (stop, newest) = (Arc::new(AtomicBool::new(false)), watch::Sender::new(Instant::now()));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(work(Arc::clone(&place), Arc::clone(&store), Arc::clone(&stop), newest.clone()));
    }
    let spoilt = spoil(&place, &proxy, newest.subscribe(), trial.seed.numbers(), faults).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.map_err(Failure::unable)??;
    }
    spoilt?;
    place.ledger.compare(&*place.healthy).await?;
    Ok(Tried::new(format!("{faults} faults under {CLIENTS} clients: {}", place.ledger.tally())))
}

/// Does units until told to stop; tells when the newest unit began that was committed.
async fn work(
    place: Arc<Place>,
    store: Arc<dyn UnitOfWorkFactory>,
    stop: Arc<AtomicBool>,
    newest: watch::Sender<Instant>,
) -> Result<(), Failure> {
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        if place.do_one(&*store).await? {
            newest.send_if_modified(|newest| {
                let is_newer = *newest < began;
                *newest = (*newest).max(began);
                is_newer
            });
        }
    }
    Ok(())
}

/// Spoils connections, each time when units have succeeded again.
async fn spoil(
    place: &Place,
    proxy: &Proxy,
    mut newest: watch::Receiver<Instant>,
    mut numbers: Numbers,
    faults: usize,
) -> Result<(), Failure> {
    let mut server = PgConnection::connect(place.database.url()).await.map_err(Failure::unable)?;
    for number in 1..=faults {
        let fault = one(&mut server, proxy, &mut numbers).await?;
        let whole_again = Instant::now();
        let recovers = |began: &Instant| *began > whole_again;
        if timeout(RECOVERS, newest.wait_for(recovers)).await.is_err()
            && timeout(place.patience().await?, newest.wait_for(recovers)).await.is_err()
        {
            return Err(Failure::found(format!("no unit succeeds within {RECOVERS:?} after: {fault}")));
        }
        sleep(Duration::from_millis(numbers.below(PAUSE_MS))).await;
        progress(number, faults);
    }
    Ok(())
}

/// Lets one thing happen, and answers what.
async fn one(server: &mut PgConnection, proxy: &Proxy, numbers: &mut Numbers) -> Result<String, Failure> {
    match numbers.below(8) {
        0 => {
            proxy.cut_all();
            Ok("every connection cut".to_owned())
        }
        1 => {
            let servers = servers(server).await?;
            end(server, &servers).await?;
            Ok("every connection ended by the server".to_owned())
        }
        2..=4 => {
            let servers = servers(server).await?;
            let Some(chosen) = servers.get(index(numbers, servers.len())) else {
                return Ok("nothing, as there was no connection".to_owned());
            };
            end(server, &[*chosen]).await?;
            Ok("a connection ended by the server".to_owned())
        }
        _ => {
            let speaker = if numbers.below(2) == 0 { Speaker::Store } else { Speaker::Server };
            let fault =
                if numbers.below(4) == 0 { Fault::Delay(Duration::from_millis(50)) } else { Fault::Cut };
            let after = usize::try_from(numbers.below(BYTES)).unwrap_or(0);
            let plan = Plan { fault, speaker, after };
            proxy.plan(plan);
            let since = Instant::now();
            while proxy.is_planned() && since.elapsed() < RECOVERS {
                sleep(Duration::from_millis(1)).await;
            }
            proxy.heal();
            Ok(plan.to_string())
        }
    }
}

fn index(numbers: &mut Numbers, length: usize) -> usize {
    let length = u64::try_from(length).unwrap_or(0).max(1);
    usize::try_from(numbers.below(length)).unwrap_or(0)
}

/// The server's processes for the store.
async fn servers(server: &mut PgConnection) -> Result<Vec<i32>, Failure> {
    let sql = "SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = $1 ORDER BY pid";
    sqlx::query_scalar(sql).bind(APPLICATION).fetch_all(server).await.map_err(Failure::unable)
}

async fn end(server: &mut PgConnection, processes: &[i32]) -> Result<(), Failure> {
    let ended = sqlx::query("SELECT pg_terminate_backend(pid) FROM unnest($1) AS pid").bind(processes);
    ended.execute(server).await.map(drop).map_err(Failure::unable)
}

#[expect(clippy::print_stderr, reason = "long work says how far it is")]
fn progress(number: usize, faults: usize) {
    if number.is_multiple_of(500) {
        eprintln!("   {number} of {faults} faults");
    }
}
