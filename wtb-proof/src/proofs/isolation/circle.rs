//! The shortest circle of moments, and which anomaly it is.

use super::anomaly::{Anomaly, Kind};
use super::graph::{Graph, Moment, Reason};
use super::history::{History, UnitNumber};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Circles among which the shortest is looked for: there may be thousands.
const LOOKED_AT: usize = 8;

/// One step of a circle.
type Edge = (Moment, Reason, Moment);

/// The anomaly in a graph that has a circle: of the worst kind there is, shown by a circle that is short.
pub(super) fn anomaly(graph: &Graph, history: &History) -> Anomaly {
    let writes = |reason| matches!(reason, Reason::SameUnit | Reason::WroteAfter(_));
    let flow = |reason| writes(reason) || matches!(reason, Reason::Saw(_));
    let data = |reason| !matches!(reason, Reason::Clock);
    if let Some(circle) = shortest(graph, writes) {
        return Anomaly::new(Kind::DirtyWrite, told(&circle));
    }
    if let Some(circle) = shortest(graph, flow) {
        return Anomaly::new(Kind::CircularFlow, told(&circle));
    }
    if let Some(circle) = shortest(graph, data) {
        let missed = circle.iter().filter(|(_, reason, _)| matches!(reason, Reason::Missed(_))).count();
        let kind = if missed > 1 { Kind::LongFork } else { Kind::FracturedRead };
        return Anomaly::new(kind, told(&circle));
    }
    let circle = shortest(graph, |_| true).unwrap_or_default();
    let clients: BTreeSet<usize> =
        clocked(&circle).into_iter().map(|unit| history.units[unit].client).collect();
    let kind = if clients.len() == 1 { Kind::SnapshotGoesBack } else { Kind::SnapshotOfAnotherTime };
    Anomaly::new(kind, told(&circle))
}

/// The units that the clock alone puts in order.
fn clocked(circle: &[Edge]) -> Vec<UnitNumber> {
    circle
        .iter()
        .filter(|(_, reason, _)| *reason == Reason::Clock)
        .flat_map(|(from, _, to)| [unit_of(*from), unit_of(*to)])
        .flatten()
        .collect()
}

fn unit_of(moment: Moment) -> Option<UnitNumber> {
    match moment {
        Moment::Begin(unit) | Moment::Commit(unit) => Some(unit),
        Moment::Clock(_) => None,
    }
}

/// The shortest of some circles of edges for these reasons, if there is any.
fn shortest(graph: &Graph, counts: impl Fn(Reason) -> bool) -> Option<Vec<Edge>> {
    let starts = graph.moments().filter(|moment| unit_of(*moment).is_some());
    starts.filter_map(|start| circle_through(graph, start, &counts)).take(LOOKED_AT).min_by_key(Vec::len)
}

fn circle_through(graph: &Graph, start: Moment, counts: &impl Fn(Reason) -> bool) -> Option<Vec<Edge>> {
    let mut reached_from = HashMap::<Moment, Edge>::new();
    let mut queue = VecDeque::from([start]);
    while let Some(moment) = queue.pop_front() {
        for (later, reason) in graph.after(moment).iter().filter(|(_, reason)| counts(*reason)) {
            if reached_from.contains_key(later) {
                continue;
            }
            reached_from.insert(*later, (moment, *reason, *later));
            if *later == start {
                return Some(walked_back(&reached_from, start));
            }
            queue.push_back(*later);
        }
    }
    None
}

fn walked_back(reached_from: &HashMap<Moment, Edge>, start: Moment) -> Vec<Edge> {
    let mut circle = Vec::new();
    let mut at = start;
    loop {
        let edge = reached_from[&at];
        circle.push(edge);
        at = edge.0;
        if at == start {
            circle.reverse();
            return circle;
        }
    }
}

/// A circle in words.
fn told(circle: &[Edge]) -> String {
    let mut parts = Vec::new();
    let mut clock_from = None;
    for (from, reason, to) in circle {
        let pair = (unit_of(*from), unit_of(*to));
        match (reason, pair) {
            (Reason::WroteAfter(key), (Some(from), Some(to))) => {
                parts.push(format!("{to} wrote row {key} after {from}"));
            }
            (Reason::Saw(key), (Some(from), Some(to))) => parts.push(format!("{to} saw {from} in row {key}")),
            (Reason::Missed(key), (Some(from), Some(to))) => {
                parts.push(format!("{from} did not see {to} in row {key}"));
            }
            (Reason::Clock, (Some(from), None)) => clock_from = Some(from),
            (Reason::Clock, (None, Some(to))) => {
                if let Some(from) = clock_from.take() {
                    parts.push(format!("{from} was answered before {to} was asked"));
                }
            }
            _ => {}
        }
    }
    parts.join(", ")
}
