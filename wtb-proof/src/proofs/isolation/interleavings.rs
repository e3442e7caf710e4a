//! The memory store under a scheduler: every order of two units, and many orders of more.
//!
//! The scheduler decides which thread goes on at each use of what units share.

use super::checker::check;
use super::client::Client;
use super::history::{History, UnitNumber};
use super::scene::Scene;
use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::seed::Seed;
use shuttle::future::block_on;
use shuttle::scheduler::{DfsScheduler, RandomScheduler, Scheduler};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use wtb_adapter_memory::interleaving;
use wtb_ports::UnitOfWorkFactory;

pub(in crate::proofs) const INTERLEAVINGS: Proof = Proof {
    name: "interleavings, memory",
    run: run!(|trial: Trial| explore(trial, false)),
    defects: &[PlantedDefect {
        name: "does not look again once it has the lock",
        run: run!(|trial| explore(trial, true)),
    }],
};

/// More orders than two units have, so that all of them are tried.
const ALL: usize = 100_000;

/// What the threads of one program do, each a client with units that follow from the seed.
#[derive(Debug, Clone, Copy)]
struct Program {
    seed: Seed,
    clients: usize,
    units: usize,
}

/// Explores programs, on a store that is forgetful or not.
async fn explore(trial: Trial, forgetful: bool) -> Outcome {
    // Not on a thread that others use too: what is set below is set for the thread.
    let explored = tokio::task::spawn_blocking(move || {
        thread::spawn(move || {
            interleaving::pause_with(|| shuttle::thread::sleep(Duration::ZERO));
            interleaving::forget_to_look_again(forgetful);
            programs(trial)
        })
        .join()
    });
    let outcome = match explored.await.map_err(Failure::unable)? {
        Ok(outcome) => outcome,
        Err(panic) => Err(told(panic.downcast_ref::<String>())),
    };
    outcome.map_err(|failure| {
        failure.told(|what| format!("{what} (again with --only interleavings --seed {})", trial.seed))
    })
}

/// The scheduler panics when nobody can go on; any other panic is none of the store's promises.
fn told(panic: Option<&String>) -> Failure {
    match panic {
        Some(message) if message.contains("deadlock") => Failure::found(message),
        other => Failure::unable(other.map_or("a thread panicked", String::as_str)),
    }
}

fn programs(trial: Trial) -> Outcome {
    let (pairs, larger, orders) = (trial.times(8, 80), trial.times(6, 40), trial.times(100, 300));
    let mut of_pairs = 0;
    for number in 0..pairs {
        let program = Program { seed: trial.seed.part(number), clients: 2, units: 1 };
        let orders = program.run(DfsScheduler::new(Some(ALL), false))?;
        if orders == ALL {
            return Err(Failure::unable(format!("two units have more orders than {ALL}")));
        }
        of_pairs += orders;
    }
    let mut of_larger = 0;
    for number in pairs..pairs + larger {
        let program = Program { seed: trial.seed.part(number), clients: 3, units: 2 };
        of_larger += program.run(RandomScheduler::new_from_seed(program.seed.numbers().next(), orders))?;
    }
    Ok(Tried::new(format!(
        "all {of_pairs} orders of {pairs} programs of two units, {of_larger} orders of {larger} programs of six"
    )))
}

impl Program {
    /// Runs it in each order that `scheduler` chooses, and checks each history; answers how many there were.
    fn run(self, scheduler: impl Scheduler + 'static) -> Result<usize, Failure> {
        let found = Arc::new(Mutex::new(None));
        let first = Arc::clone(&found);
        let orders = shuttle::Runner::new(scheduler, shuttle::Config::default()).run(move || {
            let checked = self.history().and_then(|history| check(&history).map_err(Failure::found));
            if let Err(failure) = checked {
                first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
            }
        });
        match found.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => Ok(orders),
            Some(failure) => Err(failure),
        }
    }

    /// Runs it once.
    fn history(self) -> Result<History, Failure> {
        let store: Arc<dyn UnitOfWorkFactory> = Arc::new(wtb_adapter_memory::open());
        let scene = block_on(Scene::new(&*store, Arc::clone(&store), "interleaved"))?;
        let client = |number: usize| Client {
            scene: scene.clone(),
            number,
            numbers: self.seed.part(number as u64).numbers(),
            // The scheduler alone decides who goes on.
            pauses: false,
        };
        let threads: Vec<_> = (0..self.clients)
            .map(|number| {
                let (client, first) = (client(number), number * self.units);
                shuttle::thread::spawn(move || block_on(client.run(first..first + self.units)))
            })
            .collect();
        let mut history = History::default();
        for thread in threads {
            history.units.extend(thread.join().map_err(|_| Failure::unable("a thread panicked"))??);
        }
        let last: UnitNumber = self.clients * self.units;
        history.units.push(block_on(client(self.clients).look(last))?);
        Ok(history)
    }
}
