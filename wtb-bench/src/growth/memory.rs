//! What executions cost in memory, and whether freeing them stalls those who work meanwhile.

use super::operations::stored;
use crate::failure::Outcome;
use crate::place::{Place, StoreKind};
use crate::samples::{self, LARGE_STATE};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use wtb_config::Store;
use wtb_domain::{Execution, ExecutionStatus};

/// Executions whose memory is measured.
const WEIGHED: u64 = 100_000;
/// Executions that are added in one unit.
const PORTION: u64 = 10_000;

/// The thread that frees many rows, by the first 15 letters of its name.
const FREEING: &str = "wtb-memory-free";

/// What an execution of two kilobytes takes.
pub(super) struct Weight {
    /// In the process, in bytes.
    pub(super) in_memory: u64,
    /// Its own text, in bytes.
    pub(super) text: u64,
}

/// Fills a store in memory and sees how much the process has grown. The first to measure: memory that was freed
/// before would be taken again without a trace.
pub(super) async fn weight() -> Outcome<Weight> {
    let execution =
        |number| samples::execution(number, samples::workflow_id(0), ExecutionStatus::Completed, LARGE_STATE);
    let before = resident()?;
    let store = filled(WEIGHED, execution).await?;
    let grown = resident()?.saturating_sub(before);
    drop(store);
    let text = execution(0).state.as_str().len() + execution(0).metadata.as_str().len();
    Ok(Weight { in_memory: grown / WEIGHED, text: u64::try_from(text)? })
}

/// A store in memory with so many executions.
pub(super) async fn filled(count: u64, execution: impl Fn(u64) -> Execution) -> Outcome<Store> {
    let Place::Memory(store) = Place::new(StoreKind::Memory).await? else {
        return Err("a store in memory is elsewhere".into());
    };
    let mut unit = store.begin().await?;
    unit.workflows().add(samples::workflow(0)).await?;
    unit.commit().await?;
    let mut first = 0;
    while first < count {
        let last = count.min(first + PORTION);
        let mut unit = store.begin().await?;
        unit.executions().add_all((first..last).map(&execution).collect()).await?;
        unit.commit().await?;
        first = last;
    }
    Ok(store)
}

/// Memory of this process that is in the machine's, in bytes.
fn resident() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
}

/// Waits until the threads that free stores are done: they would be measured with whatever comes next.
pub(super) async fn settle() -> Outcome<()> {
    let names = || -> Outcome<Vec<String>> {
        // A thread may end between the two looks.
        let threads = fs::read_dir("/proc/self/task")?.filter_map(|thread| Some(thread.ok()?.path()));
        Ok(threads.filter_map(|thread| fs::read_to_string(thread.join("comm")).ok()).collect())
    };
    while names()?.iter().any(|name| name.trim_end() == FREEING) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// How long freeing takes, and the longest time in which a task that wakes every millisecond did not run.
pub(super) struct Stall {
    pub(super) freed_in: Duration,
    pub(super) longest_gap: Duration,
}

/// Frees a store of so many executions in a runtime with so many threads.
pub(super) fn stall(count: u64, threads: usize) -> Outcome<Stall> {
    let runtime = runtime(threads)?;
    runtime.block_on(async {
        let store = filled(count, |number| stored(number, 1_000)).await?;
        let over = Arc::new(AtomicBool::new(false));
        let ticking = tokio::spawn(tick(Arc::clone(&over)));
        tokio::time::sleep(Duration::from_millis(50)).await;
        let freeing = tokio::spawn(async move {
            let begun = Instant::now();
            drop(store);
            begun.elapsed()
        });
        let freed_in = freeing.await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        over.store(true, Ordering::Relaxed);
        Ok(Stall { freed_in, longest_gap: ticking.await? })
    })
}

fn runtime(threads: usize) -> Outcome<Runtime> {
    let mut builder = if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if threads > 1 {
        builder.worker_threads(threads);
    }
    Ok(builder.enable_all().build()?)
}

/// Wakes every millisecond; answers the longest time from one waking to the next.
async fn tick(over: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let slept = Instant::now();
        tokio::time::sleep(Duration::from_millis(1)).await;
        longest = longest.max(slept.elapsed());
    }
    longest
}
