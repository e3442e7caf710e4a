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
mod lanes;
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

use crate::proof::{Failure, Outcome, Proof, Trial, Tried, run};
use batch::{BATCH, Plan};
use ground::Ground;
use lanes::lane;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tally::Tally;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// The proof.
pub(crate) const PROOF: Proof =
    Proof { name: batch::PROOF, run: run!(on_every_store), defects: defects::ALL };

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
