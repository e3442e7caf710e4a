//! Batches of histories: each follows from a seed of its own, by which a failure is told and tried again.

use super::step::{self, Step};
use crate::proof::{Effort, Failure, Trial};
use crate::seed::Seed;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The name of the proof, for `--only`.
pub(super) const PROOF: &str = "same histories";
/// Histories in a batch.
pub(super) const BATCH: u32 = 20;
/// Histories that a failure is shrunk with.
const SHRINKING: u32 = 400;

/// Which histories are tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) batches: u64,
    /// Of a history, on average.
    pub(super) steps: usize,
    pub(super) trial: Trial,
    /// The name of the proof that tries them.
    pub(super) proof: &'static str,
}

impl Plan {
    /// What serves the effort.
    pub(super) fn of(trial: Trial) -> Self {
        Self { batches: trial.times(3, 250), steps: trial.times(30, 50), trial, proof: PROOF }
    }

    /// The seed of a batch; the first one has that of the trial, so that any batch can be tried again as the first one.
    fn seed(self, batch: u64) -> Seed {
        if batch == 0 { self.trial.seed } else { self.trial.seed.part(batch) }
    }
}

/// Tries the histories that follow from one seed, and shrinks the first that fails.
pub(super) fn try_all(
    plan: Plan,
    batch: u64,
    try_one: impl FnMut(&[Step]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let seed = plan.seed(batch);
    let config =
        Config { cases: BATCH, failure_persistence: None, max_shrink_iters: SHRINKING, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, random_numbers(seed));
    let (try_one, unable) = (RefCell::new(try_one), RefCell::new(None));
    let tried = runner.run(&step::histories(plan.steps), |history| {
        if unable.borrow().is_some() {
            return Ok(());
        }
        // Proptest would take a panic for a broken promise.
        let tried = catch_unwind(AssertUnwindSafe(|| try_one.borrow_mut()(&history)));
        match tried.unwrap_or_else(|_| Err(Failure::unable("a history ended with a panic"))) {
            Ok(()) => Ok(()),
            Err(Failure::Found(what)) => Err(TestCaseError::fail(what)),
            Err(Failure::Unable(why)) => {
                unable.replace(Some(why));
                Ok(())
            }
        }
    });
    let effort = if plan.trial.effort == Effort::Long { " --long" } else { "" };
    let again = format!("again: cargo xtask prove --only {:?}{effort} --seed {seed}", plan.proof);
    match (tried, unable.into_inner()) {
        (Err(TestError::Fail(what, _)), _) => Err(Failure::found(format!("{what}\n      {again}"))),
        (Err(TestError::Abort(why)), _) => Err(Failure::unable(why)),
        (Ok(()), Some(why)) => Err(Failure::unable(format!("{why}\n      {again}"))),
        (Ok(()), None) => Ok(()),
    }
}

/// The generator of proptest, seeded by ours.
fn random_numbers(seed: Seed) -> TestRng {
    let mut numbers = seed.numbers();
    let bytes: Vec<u8> = (0..4).flat_map(|_| numbers.next().to_le_bytes()).collect();
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}
