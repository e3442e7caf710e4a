//! Histories of many clients, one after another in one store, each checked.

use super::checker::check;
use super::client::Client;
use super::history::{History, Outcome};
use super::scene::Scene;
use crate::proof::{Failure, Outcome as Proved, Trial, Tried};
use crate::stores::Adapter;
use std::sync::Arc;
use tokio::task::JoinSet;
use wtb_ports::UnitOfWorkFactory;

/// Clients at work at the same time.
const CLIENTS: usize = 8;
/// Units of each client in a history.
const UNITS: usize = 40;

/// How many units became what.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    committed: usize,
    undone: usize,
}

/// Runs histories of about `units` units in all on a store of this adapter, seen through `decorate`.
///
/// # Errors
/// `Found` at the first anomaly.
pub(super) async fn run(
    trial: Trial,
    adapter: Adapter,
    units: usize,
    decorate: impl FnOnce(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory> + Send,
) -> Proved {
    let store = adapter.open().await?;
    let factory = decorate(Arc::clone(&store.factory));
    let mut counts = Counts::default();
    let histories = units.div_ceil(CLIENTS * UNITS);
    for number in 0..histories {
        let history = checked(trial, &*store.factory, &factory, number).await;
        let history = history.map_err(|failure| {
            let again = format!("again with --only 'isolation, {adapter}' --seed {}", trial.seed);
            failure.told(|what| format!("{what} (history {number}; {again})"))
        })?;
        for unit in &history.units {
            match unit.outcome {
                Outcome::Committed => counts.committed += 1,
                Outcome::Undone => counts.undone += 1,
            }
        }
        say_how_far(adapter, number + 1, histories);
    }
    let Counts { committed, undone } = counts;
    Ok(Tried::new(format!(
        "{} units of {CLIENTS} clients in {histories} histories, {committed} committed and {undone} refused or given up",
        committed + undone
    )))
}

/// Runs one history and checks it.
async fn checked(
    trial: Trial,
    sound: &dyn UnitOfWorkFactory,
    store: &Arc<dyn UnitOfWorkFactory>,
    number: usize,
) -> Result<History, Failure> {
    let scene = Scene::new(sound, Arc::clone(store), &format!("history-{number}")).await?;
    let seed = trial.seed.part(number as u64);
    let client = |number: usize| {
        let numbers = seed.part(number as u64).numbers();
        Client { scene: scene.clone(), number, numbers, pauses: true }
    };
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let run = client(number).run(number * UNITS..(number + 1) * UNITS);
        clients.spawn(async move { (number, run.await) });
    }
    let mut done = clients.join_all().await;
    done.sort_unstable_by_key(|(number, _)| *number);
    let mut history = History::default();
    for (_, units) in done {
        history.units.extend(units?);
    }
    // Begun after all others: it must see everything that was committed.
    history.units.push(client(CLIENTS).look(CLIENTS * UNITS).await?);
    check(&history).map_err(Failure::found)?;
    Ok(history)
}

#[expect(clippy::print_stderr, reason = "long work says how far it is")]
fn say_how_far(adapter: Adapter, done: usize, of: usize) {
    if done.is_multiple_of(50) {
        eprintln!("   {adapter}: {done} of {of} histories");
    }
}
