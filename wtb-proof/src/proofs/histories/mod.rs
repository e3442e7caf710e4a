//! The same histories on every store: each answer is the one that a naive model gives.
//!
//! A history is a list of steps over all repositories, with several units open at once. It runs on the memory store, on
//! SQLite and on PostgreSQL, each time beside a model of its own, which names the one answer that is right. Where stores
//! may differ, which is when units that write overlap, `meetings.rs` says how, and the model follows the store.

mod answer;
mod batch;
mod call;
mod defects;
mod driver;
mod flaw;
mod ground;
mod meetings;
mod model;
mod pages;
mod perform;
mod pool;
mod resolve;
mod row;
mod sample;
pub(super) mod settings;
mod step;
mod tally;
mod unit;

use crate::proof::{Effort, Failure, Outcome, Proof, Trial, Tried, run};
use batch::{BATCH, Plan};
use ground::Ground;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use step::Step;
use tally::Tally;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};

/// The proof.
pub(crate) const PROOF: Proof =
    Proof { name: "same histories", run: run!(on_every_store), defects: defects::ALL };

/// Batches that run beside each other, each on stores of its own.
const LANES: usize = 2;

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
    run_on(Plan { batches: 20, ..Plan::of(trial) }, ground, Arc::default()).await?;
    Ok(Tried::new("histories on a store with a defect"))
}

/// Many histories on one store; answers how many.
async fn run_on(plan: Plan, ground: Ground, tally: Arc<Tally>) -> Result<u64, Failure> {
    let (next, handle) = (AtomicU64::new(0), Handle::current());
    let lane = spawn_blocking(move || lane(plan, &next, vec![ground], &tally, &handle));
    lane.await.map_err(Failure::unable)??;
    Ok(plan.batches * u64::from(BATCH))
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
