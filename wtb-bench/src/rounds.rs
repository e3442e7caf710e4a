//! Contests: everybody does the same rounds of a workload, in turn, in an order that changes from round to round.

use crate::bars::bar;
use crate::contestants::{Contestant, Peer, Python};
use crate::failure::Outcome;
use crate::lane::Lane;
use crate::place::Place;
use crate::statistics::Spread;
use crate::workload::Workload;
use crate::workloads::{Measured, round};
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::block_in_place;

/// Rounds of the Python WTB's way. It takes most of the time, and is so far off that more of them tell nothing more.
pub(crate) const PYTHON_ROUNDS: usize = 5;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Rounds that count.
    pub(crate) rounds: usize,
    /// Small rounds.
    pub(crate) quick: bool,
}

impl Plan {
    /// What one round measures at least, or a single pause of the machine would decide it.
    fn least(self) -> Duration {
        Duration::from_millis(if self.quick { 100 } else { 300 })
    }
}

/// What came out for one workload in one lane.
pub(crate) struct Contest {
    pub(crate) lane: Lane,
    pub(crate) workload: Workload,
    /// Ours first; each with what was done per second, round by round.
    pub(crate) results: Vec<(Contestant, Vec<f64>)>,
    /// Who was to take part and was not there.
    pub(crate) absent: Vec<Contestant>,
}

/// Ours beside somebody.
pub(crate) struct Comparison {
    pub(crate) other: Contestant,
    /// Ours in relation to the other, round by round.
    pub(crate) ratio: Spread,
    /// What the median ratio has to be.
    pub(crate) bar: Option<f64>,
}

impl Comparison {
    /// Whether ours is too slow.
    pub(crate) fn is_below(&self) -> bool {
        self.bar.is_some_and(|bar| self.ratio.median < bar)
    }
}

impl Contest {
    /// Has everybody do a workload: once to warm up, and then round by round.
    pub(crate) async fn hold(
        lane: Lane,
        workload: Workload,
        plan: Plan,
        python: Option<&Python>,
    ) -> Outcome<Self> {
        let (present, absent): (Vec<_>, Vec<_>) = Contestant::all(lane, workload)
            .into_iter()
            .partition(|contestant| python.is_some() || !contestant.is_python());
        let mut stage = Stage::new(lane, workload, plan).await?;
        for contestant in present.iter().copied() {
            if let Some(python) = python.filter(|_| contestant.is_python()) {
                stage.peers.insert(contestant, python.start(contestant).await?);
            }
        }
        let mut results: Vec<(Contestant, Vec<f64>)> =
            present.into_iter().map(|contestant| (contestant, Vec::new())).collect();
        let count = results.len();
        for number in 0..=plan.rounds {
            for turn in 0..count {
                let (contestant, measured) = &mut results[(turn + number) % count];
                if contestant.is_python() && number > PYTHON_ROUNDS {
                    continue;
                }
                let done = stage.round(*contestant, u64::try_from(number)?).await.map_err(|error| {
                    format!("{} on {}: {}: {error}", workload.name(), lane.name(), contestant.name())
                })?;
                // The first round fills caches and connects.
                if number > 0 {
                    measured.push(done.per_second());
                }
            }
        }
        Ok(Self { lane, workload, results, absent })
    }

    /// Ours beside everybody else.
    pub(crate) fn comparisons(&self) -> Vec<Comparison> {
        let Some(((_, ours), others)) = self.results.split_first() else { return Vec::new() };
        let compare = |(other, theirs): &(Contestant, Vec<f64>)| {
            let ratio = Spread::of(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs))?;
            Some(Comparison { other: *other, ratio, bar: bar(self.workload, *other) })
        };
        others.iter().filter_map(compare).collect()
    }

    /// What somebody does in a second.
    pub(crate) fn throughput(&self, of: Contestant) -> Option<Spread> {
        let (_, measured) = self.results.iter().find(|(contestant, _)| *contestant == of)?;
        Spread::of(measured.iter().copied())
    }
}

/// What the rounds of a contest need.
struct Stage {
    lane: Lane,
    workload: Workload,
    size: u64,
    least: Duration,
    /// The place of everybody, where rounds only read.
    shared: Option<Place>,
    peers: HashMap<Contestant, Peer>,
}

impl Stage {
    async fn new(lane: Lane, workload: Workload, plan: Plan) -> Outcome<Self> {
        let size = workload.size(plan.quick);
        let dataset = workload.dataset(size);
        let shared =
            if dataset.is_read_only() { Some(Place::with(lane.store, dataset).await?) } else { None };
        Ok(Self { lane, workload, size, least: plan.least(), shared, peers: HashMap::new() })
    }

    /// One round: as often the workload as it takes to measure long enough.
    async fn round(&mut self, contestant: Contestant, number: u64) -> Outcome<Measured> {
        let mut measured = Measured::default();
        while measured.elapsed < self.least {
            let once = match self.peers.get_mut(&contestant) {
                Some(peer) => {
                    let size = contestant.size(self.workload, self.size);
                    block_in_place(|| peer.round(self.workload, size))?
                }
                None => self.once(contestant, number).await?,
            };
            measured = measured.and(once);
        }
        Ok(measured)
    }

    async fn once(&self, contestant: Contestant, number: u64) -> Outcome<Measured> {
        let own = match &self.shared {
            Some(_) => None,
            None => Some(Place::with(self.lane.store, self.workload.dataset(self.size)).await?),
        };
        let place = own.as_ref().or(self.shared.as_ref()).ok_or("there is no place")?;
        let clients = contestant.clients(place, self.lane, self.workload).await?;
        round(self.workload, clients, self.size, number).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round_and_measured_against_the_bar() {
        let results =
            vec![(Contestant::Ours, vec![80.0, 10.0, 30.0]), (Contestant::Rusqlite, vec![100.0, 20.0, 30.0])];
        let contest = Contest { lane: Lane::ALL[1], workload: Workload::W1, results, absent: Vec::new() };
        let comparisons = contest.comparisons();
        let [comparison] = comparisons.as_slice() else { panic!("one other") };
        assert_eq!(comparison.ratio, Spread { median: 0.8, least: 0.5, most: 1.0 });
        assert_eq!(comparison.bar, Some(0.8));
        assert!(!comparison.is_below());
        assert_eq!(contest.throughput(Contestant::Ours).map(|ours| ours.median), Some(30.0));
    }
}
