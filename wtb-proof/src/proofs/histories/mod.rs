//! The same histories on every store: each answer is the one that a naive model gives.
//!
//! A history is a list of steps over all repositories, with several units open at once. It runs on the memory store, on
//! SQLite and on PostgreSQL, each time beside a model of its own, which names the one answer that is right. Where stores
//! may differ, which is when units that write overlap, `meetings.rs` says how, and the model follows the store.

mod call;
mod defects;
mod driver;
mod flaw;
mod ground;
mod meetings;
mod model;
mod perform;
mod pool;
mod resolve;
mod row;
mod sample;
mod step;
mod tally;
mod unit;

use crate::proof::{Effort, Failure, Outcome, Proof, Trial, Tried, run};
use crate::seed::Seed;
use ground::Ground;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use step::Step;
use tally::Tally;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};

/// The proof.
pub(crate) const PROOF: Proof =
    Proof { name: "same histories", run: run!(on_every_store), defects: defects::ALL };

/// Histories that follow from one seed.
const BATCH: u32 = 20;
/// Histories that a failure is shrunk with.
const SHRINKING: u32 = 1_000;
/// Batches that run beside each other, each on stores of its own.
const LANES: usize = 2;

/// Which histories are tried.
#[derive(Debug, Clone, Copy)]
struct Plan {
    batches: u64,
    /// Of a history, on average.
    steps: usize,
    trial: Trial,
}

impl Plan {
    fn of(trial: Trial) -> Self {
        Self { batches: trial.times(3, 250), steps: trial.times(30, 50), trial }
    }

    /// The seed of a batch; the first one has that of the trial, so that any batch can be tried again as the first one.
    fn seed(self, batch: u64) -> Seed {
        if batch == 0 { self.trial.seed } else { self.trial.seed.part(batch) }
    }
}

async fn on_every_store(trial: Trial) -> Outcome {
    let plan = Plan::of(trial);
    let (next, tally) = (Arc::new(AtomicU64::new(0)), Arc::new(Tally::default()));
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let grounds = Ground::of_each_adapter().await?;
        let (next, tally, handle) = (Arc::clone(&next), Arc::clone(&tally), Handle::current());
        lanes.spawn_blocking(move || lane(plan, &next, grounds, &tally, &handle));
    }
    while let Some(lane) = lanes.join_next().await {
        lane.map_err(Failure::unable)??;
    }
    let (histories, steps) = (plan.batches * u64::from(BATCH), plan.steps);
    let tally = tally.in_words();
    Ok(Tried::new(format!(
        "{histories} histories of {steps} steps on memory (3 ways), SQLite and PostgreSQL (2 ways): {tally}"
    )))
}

/// Many histories on one store that is made anew for each; it has a defect that is to be found.
async fn on(trial: Trial, ground: Ground) -> Outcome {
    let plan = Plan { batches: 20, ..Plan::of(trial) };
    let (next, tally, handle) = (AtomicU64::new(0), Tally::default(), Handle::current());
    let lane = spawn_blocking(move || lane(plan, &next, vec![ground], &tally, &handle));
    lane.await.map_err(Failure::unable)??;
    Ok(Tried::new("histories on a store with a defect"))
}

/// Tries batches until there are none left.
#[expect(clippy::print_stderr, reason = "long work says how far it is")]
fn lane(
    plan: Plan,
    next: &AtomicU64,
    mut grounds: Vec<Ground>,
    tally: &Tally,
    handle: &Handle,
) -> Result<(), Failure> {
    loop {
        let batch = next.fetch_add(1, Ordering::Relaxed);
        if batch >= plan.batches {
            return Ok(());
        }
        let tried = try_batch(plan, plan.seed(batch), |history| {
            handle.block_on(try_history(&mut grounds, history, tally))
        });
        if tried.is_err() {
            next.store(plan.batches, Ordering::Relaxed);
            return tried;
        }
        if plan.trial.effort == Effort::Long && batch % 10 == 9 {
            eprintln!(
                "   {} of {} histories",
                (batch + 1) * u64::from(BATCH),
                plan.batches * u64::from(BATCH)
            );
        }
    }
}

/// Tries the histories that follow from `seed`, and shrinks the first that fails.
fn try_batch(
    plan: Plan,
    seed: Seed,
    try_one: impl FnMut(&[Step]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let config =
        Config { cases: BATCH, failure_persistence: None, max_shrink_iters: SHRINKING, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, random_numbers(seed));
    let (try_one, found, unable) = (RefCell::new(try_one), RefCell::new(None), RefCell::new(None));
    let tried = runner.run(&step::histories(plan.steps), |history| {
        if unable.borrow().is_some() {
            return Ok(());
        }
        match try_one.borrow_mut()(&history) {
            Ok(()) => Ok(()),
            Err(Failure::Found(what)) => {
                found.replace(Some(what.clone()));
                Err(TestCaseError::fail(what))
            }
            Err(Failure::Unable(why)) => {
                unable.replace(Some(why));
                Ok(())
            }
        }
    });
    match tried {
        // What shrinking ended with is not the last that was tried, but the reason is from there.
        Err(TestError::Fail(what, _)) if found.borrow().is_some() => {
            let effort = if plan.trial.effort == Effort::Long { " --long" } else { "" };
            let again = format!("cargo xtask prove --only {:?}{effort} --seed {seed}", PROOF.name);
            Err(Failure::found(format!("{what}\n      again: {again}")))
        }
        // A panic, which proptest catches.
        Err(TestError::Fail(why, _) | TestError::Abort(why)) => Err(Failure::unable(why)),
        Ok(()) => unable.into_inner().map_or(Ok(()), |why| Err(Failure::Unable(why))),
    }
}

/// Runs a history on every ground, in every way in which its units may overlap.
async fn try_history(grounds: &mut [Ground], history: &[Step], tally: &Tally) -> Result<(), Failure> {
    for ground in grounds {
        for overlap in ground.overlaps {
            let store = ground.empty().await?;
            driver::run(&*store, *overlap, history, tally).await.map_err(|failure| match failure {
                Failure::Found(what) => Failure::Found(format!("{ground}, {what}")),
                Failure::Unable(why) => Failure::Unable(format!("{ground}, {why}")),
            })?;
        }
    }
    Ok(())
}

/// The generator of proptest, seeded by ours.
fn random_numbers(seed: Seed) -> TestRng {
    let mut numbers = seed.numbers();
    let bytes: Vec<u8> = (0..4).flat_map(|_| numbers.next().to_le_bytes()).collect();
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> Plan {
        let trial = Trial { effort: Effort::Quick, seed: format!("{seed:x}").parse().unwrap() };
        Plan { batches: 10, ..Plan::of(trial) }
    }

    fn counts(seed: u64) -> tally::Counts {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (next, tally) = (AtomicU64::new(0), Tally::default());
        let ground = Ground::in_memory(|| Arc::new(wtb_adapter_memory::open()));
        lane(plan(seed), &next, vec![ground], &tally, runtime.handle()).unwrap();
        tally.counts()
    }

    #[test]
    fn histories_reach_every_answer_of_every_method() {
        let counts = counts(1);
        let writes = ["add", "add all", "update", "delete", "append"];
        let mut expected = vec![("commit", "Conflict"), ("commit", "Aborted"), ("get by ids", "rows")];
        expected.extend([
            ("delete", "it was there"),
            ("delete", "it was not there"),
            ("delete", "StillReferenced"),
        ]);
        expected.extend([("update", "NotFound"), ("update", "Stale"), ("update", "MissingReference")]);
        expected.extend([("get by id", "found"), ("get by id", "none"), ("find", "found"), ("find", "none")]);
        for writing in writes {
            expected.extend([(writing, "ReadOnly"), (writing, "Aborted")]);
        }
        for adding in ["add", "add all"] {
            expected.extend([
                (adding, "AlreadyExists"),
                (adding, "MissingReference"),
                (adding, "InvalidValue"),
            ]);
        }
        for listing in ["list all", "list some"] {
            expected.extend([(listing, "a page"), (listing, "the last page")]);
        }
        for answer in expected {
            assert!(counts.contains_key(&answer), "{answer:?} is not among {counts:#?}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_histories() {
        assert_eq!(counts(2), counts(2));
        assert_ne!(counts(2), counts(3));
    }
}
