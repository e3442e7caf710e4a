//! Checks a history against snapshot isolation.
//!
//! Snapshot isolation gives each unit two moments: one when it takes its snapshot, one when it is committed. What units
//! read and wrote tells which moments came before which: whoever saw a write began after its commit, whoever missed it
//! began before; of two units that wrote the same row, one began after the other's commit. So does the clock, which
//! knows when each unit was begun and committed. If all of these fit into one order, the history is one of snapshot
//! isolation, in real time; if they go round in a circle, it is not, and the circle shows why.
//!
//! Units that write different rows after reading both (write skew) are no circle: snapshot isolation lets them.

use super::anomaly::Anomaly;
use super::circle;
use super::graph::Graph;
use super::history::{History, UnitNumber};
use super::orders::Orders;
use super::views::{View, Views};
use std::collections::BTreeSet;

/// Checks a history.
///
/// # Errors
/// The first anomaly that is found.
pub(super) fn check(history: &History) -> Result<(), Anomaly> {
    let views = Views::of(history)?;
    let orders = Orders::of(history, &views)?;
    let mut graph = Graph::default();
    for (number, unit) in history.units.iter().enumerate() {
        graph.unit(number, unit);
    }
    for (key, writers) in orders.all() {
        for pair in writers.windows(2) {
            graph.wrote_after(pair[1], pair[0], key);
        }
    }
    for View { unit, key, seen } in &views.rows {
        let writers = orders.writers(*key);
        let last_seen = seen.last().and_then(|last| writers.iter().position(|writer| *writer == last.unit));
        if let Some(place) = last_seen {
            graph.saw(*unit, writers[place], *key);
        }
        if let Some(next) = writers.get(last_seen.map_or(0, |place| place + 1)) {
            graph.missed(*unit, *next, *key);
        }
    }
    for View { unit, key, seen } in &views.logs {
        let seen: BTreeSet<UnitNumber> = seen.iter().map(|tag| tag.unit).collect();
        for writer in views.writers_of_log(*key).filter(|writer| history.is_committed(*writer)) {
            if seen.contains(&writer) {
                graph.saw(*unit, writer, *key);
            } else {
                graph.missed(*unit, writer, *key);
            }
        }
    }
    graph.let_the_clock_run();
    if graph.has_an_order() { Ok(()) } else { Err(circle::anomaly(&graph, history)) }
}
