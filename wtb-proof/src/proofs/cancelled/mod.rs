//! Cancellation: the future of every step is dropped at every point where it can be.

mod attempt;
mod defects;
mod observer;
mod pair;
mod place;
mod short_deadlines;
mod target;

pub(crate) use short_deadlines::SHORT_DEADLINES;

use crate::proof::{Failure, Outcome, PlantedDefect, Proof, Trial, Tried, run};
use crate::stores::Adapter;
use attempt::Attempts;
use defects::{
    CommitsInTwoHalves, CommitsWhatIsDropped, GoesOnAfterGivenUpCalls, LeavesTransactionsOpen,
    LosesTheTurnOfABegin, LosesTheTurnOfADroppedUnit,
};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use target::Target;
use wtb_contract::defective::{DefectiveStore, Gate};
use wtb_contract::{Backend, Everything, store_every_kind};
use wtb_ports::UnitOfWorkFactory;

/// The pool.
const ONE: NonZeroU32 = NonZeroU32::MIN;
/// Room for transactions that a store with a defect forgets.
const SOME: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);
/// Attempts in a long run.
const LONG: usize = 10_000;
/// Attempts on a store with a defect: everything is given up at every point at least once.
const DEFECTIVE: usize = 1;

macro_rules! planted {
    ($name:literal, $adapter:expr, $connections:expr, $defect:expr) => {
        PlantedDefect {
            name: $name,
            run: run!(|_: Trial| attempts($adapter, $connections, DEFECTIVE, |sound| {
                let gate = Gate::with_room_for(1, Duration::from_secs(1));
                Arc::new(DefectiveStore::new(sound, gate, $defect))
            })),
        }
    };
}

macro_rules! cancelled {
    ($name:literal, $adapter:expr, quick: $quick:literal, and: [$($defect:expr),*]) => {
        Proof {
            name: $name,
            run: run!(|trial: Trial| attempts($adapter, ONE, trial.times($quick, LONG), |store| store)),
            defects: &[
                planted!("loses the turn of a begin", $adapter, ONE, LosesTheTurnOfABegin),
                planted!("loses the turn of a dropped unit", $adapter, ONE, LosesTheTurnOfADroppedUnit),
                planted!("commits what is dropped", $adapter, ONE, CommitsWhatIsDropped),
                planted!("commits in two halves", $adapter, ONE, CommitsInTwoHalves::default()),
                $($defect),*
            ],
        }
    };
}

pub(super) const MEMORY: Proof = cancelled!("cancelled, memory", Adapter::Memory, quick: 3_000, and: [
    planted!("goes on after calls that were given up", Adapter::Memory, ONE, GoesOnAfterGivenUpCalls)
]);
pub(super) const SQLITE: Proof = cancelled!("cancelled, SQLite", Adapter::Sqlite, quick: 500, and: [
    planted!("leaves transactions open", Adapter::Sqlite, SOME, LeavesTransactionsOpen::default())
]);
pub(super) const POSTGRES: Proof = cancelled!("cancelled, PostgreSQL", Adapter::Postgres, quick: 200, and: [
    planted!("leaves transactions open", Adapter::Postgres, SOME, LeavesTransactionsOpen::default())
]);

/// Gives up everything at every point, again and again, at least so many times in all.
async fn attempts(
    adapter: Adapter,
    connections: NonZeroU32,
    times: usize,
    decorate: impl FnOnce(Arc<dyn UnitOfWorkFactory>) -> Arc<dyn UnitOfWorkFactory> + Send,
) -> Outcome {
    let (opened, observer) = place::open(adapter, connections).await?;
    let sound = Backend::from(Arc::clone(&opened.factory));
    store_every_kind(&sound).await;
    let mut attempts = Attempts::new(decorate(Arc::clone(&opened.factory)), observer);
    let targets = Target::keeping_nothing();
    while attempts.made < times {
        let before = Everything::kept_by(&sound).await;
        for target in &targets {
            attempts.give_up_everywhere(*target).await?;
        }
        if Everything::kept_by(&sound).await != before {
            return Err(Failure::found("what units that were given up wrote is kept"));
        }
        for target in Target::COMMITS {
            attempts.give_up_everywhere(target).await?;
        }
        say_how_far(adapter, attempts.made, times);
    }
    let Attempts { made, given_up, longest, .. } = attempts;
    Ok(Tried::new(format!(
        "{made} times, {given_up} of them before the answer came; the next unit began within {} ms",
        longest.as_millis()
    )))
}

#[expect(clippy::print_stderr, reason = "long work says how far it is")]
fn say_how_far(adapter: Adapter, made: usize, of: usize) {
    if of > DEFECTIVE {
        eprintln!("   {adapter}: given up {made} times of {of}");
    }
}
