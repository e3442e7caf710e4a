//! Stores with one defect each, and the cases run on them.

mod conflicts;
mod errors;
mod lists;
mod lookups;
mod outcomes;
mod own_writes;
mod rules;
mod units;
mod values;
mod waits;

use std::panic;
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wtb_contract::defective::{Defect, DefectiveStore, Gate, Intact};
use wtb_contract::{Backend, Case, StoreSpec, all_cases};

/// How long a case may take on a store with a defect; longer is a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// An empty store in memory with this defect, as narrow as the case wants it.
fn open<D: Defect>(defect: D, case: &Case) -> Backend {
    let StoreSpec { connections, wait, .. } = StoreSpec::new(case.group, "");
    let gate = Gate::with_room_for(connections, wait);
    Backend::new(wtb_adapter_memory::open())
        .decorated(|sound| Arc::new(DefectiveStore::new(sound, gate, defect)))
}

/// Leaves out what the cases report when they fail, which is what they are here for.
fn silence_cases() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Cases run in tasks, the assertions of this file do not.
            if std::thread::current().name().is_none_or(|name| !name.starts_with("tokio")) {
                report(info);
            }
        }));
    });
}

/// Runs the cases on stores with this defect, a few at a time, and answers the names of those that fail.
async fn failing<D: Defect>(defect: D, cases: Vec<Case>, patience: Duration) -> Vec<String> {
    silence_cases();
    let mut tasks = JoinSet::new();
    for case in cases {
        let store = open(defect.clone(), &case);
        tasks.spawn(async move {
            let run = tokio::spawn(async move { timeout(patience, case.run(store)).await });
            let passes = matches!(run.await, Ok(Ok(())));
            (format!("{case:?}"), passes)
        });
    }
    tasks.join_all().await.into_iter().filter(|(_, passes)| !passes).map(|(name, _)| name).collect()
}

/// Panics unless each of the named cases fails on a store with this defect.
async fn assert_caught<D: Defect>(defect: D, named: &[&str]) {
    assert_caught_within(PATIENCE, defect, named).await;
}

/// As [`assert_caught`], where a case that takes longer than `patience` fails.
async fn assert_caught_within<D: Defect>(patience: Duration, defect: D, named: &[&str]) {
    let all = all_cases();
    let cases = named.iter().map(|name| {
        let found = all.iter().find(|case| format!("{case:?}") == *name);
        *found.unwrap_or_else(|| panic!("the contract has no case {name}"))
    });
    let failing = failing(defect.clone(), cases.collect(), patience).await;
    for name in named {
        assert!(failing.iter().any(|failing| failing == name), "{name} passes in spite of {defect:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_intact_store_passes_every_case() {
    assert_eq!(failing(Intact, all_cases(), 10 * PATIENCE).await, [""; 0]);
}

/// Tests named after a defect: each store with it is caught by the cases listed.
macro_rules! caught {
    ($($defect_name:ident: $defect:expr => [$($case:literal),+ $(,)?];)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $defect_name() {
            $crate::broken::assert_caught($defect, &[$($case),+]).await;
        }
    )+};
}
use caught;
