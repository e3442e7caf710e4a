//! Batches of histories, one after another on stores of their own.

use super::batch::{self, BATCH, Plan};
use super::driver;
use super::ground::Ground;
use super::step::Step;
use super::tally::Tally;
use crate::proof::{Effort, Failure, Outcome, Trial, Tried};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Many histories on one store that is made anew for each; it has a defect that is to be found.
pub(super) async fn on(trial: Trial, ground: Ground) -> Outcome {
    run_on(Plan { batches: 20, ..Plan::of(trial) }, ground, Arc::default()).await?;
    Ok(Tried::new("histories on a store with a defect"))
}

/// Many histories on one store; answers how many.
pub(super) async fn run_on(plan: Plan, ground: Ground, tally: Arc<Tally>) -> Result<u64, Failure> {
    let (next, handle) = (AtomicU64::new(0), Handle::current());
    let lane = spawn_blocking(move || lane(plan, &next, vec![ground], &tally, &handle));
    lane.await.map_err(Failure::unable)??;
    Ok(plan.batches * u64::from(BATCH))
}

/// Tries batches until there are none left.
#[expect(clippy::print_stderr, reason = "long work says how far it is")]
pub(super) fn lane(
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
        let tried =
            batch::try_all(plan, batch, |history| handle.block_on(try_history(&mut grounds, history, tally)));
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

#[cfg(test)]
mod tests {
    use super::super::tally;
    use super::*;

    fn plan(seed: u64, batches: u64) -> Plan {
        let trial = Trial { effort: Effort::Quick, seed: format!("{seed:x}").parse().unwrap() };
        Plan { batches, ..Plan::of(trial) }
    }

    fn counts(seed: u64, batches: u64) -> tally::Counts {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (next, tally) = (AtomicU64::new(0), Tally::default());
        let ground = Ground::in_memory(|| Arc::new(wtb_adapter_memory::open()));
        lane(plan(seed, batches), &next, vec![ground], &tally, runtime.handle()).unwrap();
        tally.counts()
    }

    #[test]
    fn histories_reach_every_answer_of_every_method() {
        let counts = counts(1, 15);
        let mut missing = Vec::new();
        let mut of_methods = |methods: &[&'static str], answers: &[&'static str]| {
            let all = methods.iter().flat_map(|method| answers.iter().map(|answer| (*method, *answer)));
            missing.extend(all.filter(|answer| !counts.contains_key(answer)));
        };
        of_methods(&["commit"], &["done", "Conflict", "Aborted"]);
        of_methods(&["add", "add all", "update", "delete", "append"], &["ReadOnly", "Aborted"]);
        of_methods(&["add", "update", "append"], &["done", "InvalidValue"]);
        of_methods(&["add", "add all", "update"], &["AlreadyExists", "MissingReference", "InvalidValue"]);
        of_methods(&["update"], &["NotFound", "Stale"]);
        of_methods(&["delete"], &["it was there", "it was not there", "StillReferenced"]);
        of_methods(&["add all", "get by ids"], &["rows", "no rows"]);
        of_methods(&["get by id"], &["found", "none", "Aborted"]);
        let finds =
            ["workflow by name", "workflow by name and version", "boundary by node", "file by checkpoint"];
        of_methods(&finds, &["found", "none"]);
        let of_executions = ["executions of a workflow", "executions in a status", "running executions"];
        let of_boundaries =
            ["boundaries of a session", "completed boundaries of a session", "boundaries of an execution"];
        let of_variants = ["variants of a node", "active variants of a node", "variants of a workflow"];
        let others = ["all", "files of a commit", "results of an execution", "log of an execution"];
        for lists in [&of_executions[..], &of_boundaries, &of_variants, &others] {
            of_methods(lists, &["a page", "the last page"]);
        }
        assert_eq!(missing, [], "{counts:#?}");
    }

    #[test]
    fn the_same_seed_makes_the_same_histories() {
        assert_eq!(counts(2, 1), counts(2, 1));
        assert_ne!(counts(2, 1), counts(3, 1));
    }
}
