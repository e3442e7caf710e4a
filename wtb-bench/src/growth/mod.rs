//! Growth: how long operations take in small and in large stores.

mod memory;
mod operations;
mod report;

use crate::failure::Outcome;
use crate::place::{Place, StoreKind};
use crate::samples;
use memory::{Stall, Weight};
use operations::{Operation, Subject, stored};
pub(crate) use report::{below, page, plot, tables};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::block_in_place;
use wtb_config::Synchronous;

/// Executions that are added in one unit.
const PORTION: u64 = 10_000;
/// Executions that run, however many there are.
const RUNNING: u64 = 100;
/// Executions of the store that is freed.
const FREED: u64 = 1_000_000;

/// Repetitions whose median counts.
const REPETITIONS: u64 = 15;

/// How an operation's time goes with the number of stored executions.
pub(crate) struct Curve {
    store: StoreKind,
    operation: Operation,
    points: Vec<(u64, Duration)>,
}

/// All that was measured.
pub(crate) struct Growth {
    curves: Vec<Curve>,
    weight: Option<Weight>,
    /// With the number of threads of the runtime.
    stalls: Vec<(usize, Stall)>,
}

/// Measures each kind of store at each size.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
pub(crate) async fn measure(stores: &[StoreKind], sizes: &[u64]) -> Outcome<Growth> {
    let (mut weight, mut stalls) = (None, Vec::new());
    if stores.contains(&StoreKind::Memory) {
        eprintln!("── memory of executions");
        weight = Some(memory::weight().await?);
        for threads in [1, 2] {
            eprintln!("── freeing {FREED} executions, {threads} threads");
            // It has a runtime of its own, on a thread that belongs to none.
            let stall = block_in_place(|| std::thread::spawn(move || memory::stall(FREED, threads)).join());
            stalls.push((threads, stall.map_err(|_| "the thread that frees a store panicked")??));
        }
    }
    let mut curves = Vec::new();
    for store in stores.iter().copied() {
        curves.extend(curves_of(store, sizes).await?);
    }
    Ok(Growth { curves, weight, stalls })
}

/// Measures one kind of store: all sizes in turn, again and again, so that each of them meets the same machine, and none
/// has the processor's caches to itself.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
async fn curves_of(store: StoreKind, sizes: &[u64]) -> Outcome<Vec<Curve>> {
    let mut subjects = Vec::with_capacity(sizes.len());
    for size in sizes.iter().copied() {
        eprintln!("── {size} executions on {}", store.name());
        let place = place(store, size).await?;
        let opened = place.open(Synchronous::Normal, 1).await?;
        subjects.push((place, Subject::new(Arc::clone(opened.factory()), size).await?));
    }
    memory::settle().await?;
    let mut curves = Vec::with_capacity(Operation::ALL.len());
    for operation in Operation::ALL {
        eprintln!("── {} on {}", operation.name(), store.name());
        let mut times = vec![Vec::new(); sizes.len()];
        for repetition in 0..=REPETITIONS {
            for ((_, subject), times) in subjects.iter_mut().zip(&mut times) {
                let time = subject.time(operation, repetition).await?;
                // The first fills caches and prepares statements.
                if repetition > 0 {
                    times.push(time);
                }
            }
        }
        let medians = times.into_iter().filter_map(|mut times| {
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        });
        curves.push(Curve { store, operation, points: sizes.iter().copied().zip(medians).collect() });
    }
    Ok(curves)
}

/// A place with so many executions, after a database's upkeep.
async fn place(store: StoreKind, executions: u64) -> Outcome<Place> {
    let place = Place::new(store).await?;
    let opened = place.open(Synchronous::Normal, 1).await?;
    let mut unit = opened.begin().await?;
    unit.workflows().add(samples::workflow(0)).await?;
    unit.commit().await?;
    let mut first = 0;
    while first < executions {
        let last = executions.min(first + PORTION);
        let portion = (first..last).map(|number| stored(number, executions / RUNNING)).collect();
        let mut unit = opened.begin().await?;
        unit.executions().add_all(portion).await?;
        unit.commit().await?;
        first = last;
    }
    drop(opened);
    place.look_after().await?;
    Ok(place)
}
