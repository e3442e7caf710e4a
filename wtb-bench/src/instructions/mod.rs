//! Instructions: how many the processor carries out for each piece of work, which no other program on the machine changes.
//!
//! A process of its own makes everything ready under valgrind's callgrind, which then begins to count, and does one round
//! of a workload. What a PostgreSQL server does is not counted.

mod once;
mod profile;
mod report;
mod valgrind;

use crate::contestants::Contestant;
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::StoreKind;
use crate::workload::Workload;
pub(crate) use once::{Once, once};
pub(crate) use report::{page, tables};
use std::path::Path;
use valgrind::Counted;
use wtb_config::Synchronous;

/// What is counted: work of one client, on data that does not take minutes to make ready.
const WORKLOADS: [Workload; 5] = [Workload::W1, Workload::W2, Workload::W3, Workload::W6, Workload::W7];

/// One workload of one contestant.
pub(crate) struct Row {
    lane: Lane,
    workload: Workload,
    contestant: Contestant,
    counted: Counted,
}

/// Counts for some kinds of stores; leaves what callgrind wrote in `profiles`, if that is a folder.
#[expect(clippy::print_stderr, reason = "progress goes to standard error")]
pub(crate) fn measure(
    stores: &[StoreKind],
    workloads: &[Workload],
    profiles: Option<&Path>,
) -> Outcome<Vec<Row>> {
    valgrind::check()?;
    let mut rows = Vec::new();
    // Waiting for a disk takes no instructions.
    let lanes = Lane::ALL
        .into_iter()
        .filter(|lane| lane.store != StoreKind::Sqlite || lane.synchronous == Synchronous::Normal);
    for lane in lanes.filter(|lane| stores.contains(&lane.store)) {
        let wanted = |workload: &Workload| workloads.is_empty() || workloads.contains(workload);
        for workload in WORKLOADS.into_iter().filter(wanted) {
            let contestants = Contestant::all(lane, workload);
            for contestant in contestants.into_iter().filter(|contestant| !contestant.is_python()) {
                eprintln!("── {} on {}: {}", workload.name(), lane.name(), contestant.name());
                let once = Once { store: lane.store, workload, contestant };
                rows.push(Row { lane, workload, contestant, counted: valgrind::count(once, profiles)? });
            }
        }
    }
    Ok(rows)
}
