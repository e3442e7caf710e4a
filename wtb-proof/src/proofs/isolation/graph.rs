//! The moments of a history, and which came before which.

use super::history::{Interval, Key, Outcome, Unit, UnitNumber};
use std::collections::{BTreeMap, HashMap};

/// A moment of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Moment {
    /// When a unit takes its snapshot.
    Begin(UnitNumber),
    /// When a unit becomes visible.
    Commit(UnitNumber),
    /// What the clock showed.
    Clock(u64),
}

/// Why a moment came before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// A unit begins before it is committed.
    SameUnit,
    /// The later unit wrote the row after the earlier one.
    WroteAfter(Key),
    /// The later unit saw what the earlier one wrote.
    Saw(Key),
    /// The earlier unit did not see what the later one wrote.
    Missed(Key),
    /// The clock says so.
    Clock,
}

/// Which moments came before which.
#[derive(Debug, Default)]
pub(super) struct Graph {
    later: BTreeMap<Moment, Vec<(Moment, Reason)>>,
}

impl Graph {
    /// A unit of the history: it took its snapshot while it began, and became visible while it ended, if it did.
    pub(super) fn unit(&mut self, number: UnitNumber, unit: &Unit) {
        self.within(Moment::Begin(number), unit.begin);
        if unit.outcome == Outcome::Committed {
            self.within(Moment::Commit(number), unit.end);
            self.add(Moment::Begin(number), Moment::Commit(number), Reason::SameUnit);
        }
    }

    /// `unit` saw what `writer` wrote.
    pub(super) fn saw(&mut self, unit: UnitNumber, writer: UnitNumber, key: Key) {
        self.add(Moment::Commit(writer), Moment::Begin(unit), Reason::Saw(key));
    }

    /// `unit` did not see what `writer` wrote, if that is another unit.
    pub(super) fn missed(&mut self, unit: UnitNumber, writer: UnitNumber, key: Key) {
        if unit != writer {
            self.add(Moment::Begin(unit), Moment::Commit(writer), Reason::Missed(key));
        }
    }

    /// `unit` wrote a row after `writer`.
    pub(super) fn wrote_after(&mut self, unit: UnitNumber, writer: UnitNumber, key: Key) {
        self.add(Moment::Commit(writer), Moment::Begin(unit), Reason::WroteAfter(key));
    }

    fn within(&mut self, moment: Moment, Interval { asked, answered }: Interval) {
        self.add(Moment::Clock(asked), moment, Reason::Clock);
        self.add(moment, Moment::Clock(answered), Reason::Clock);
    }

    fn add(&mut self, earlier: Moment, later: Moment, reason: Reason) {
        self.later.entry(earlier).or_default().push((later, reason));
    }

    /// What came after `moment`.
    pub(super) fn after(&self, moment: Moment) -> &[(Moment, Reason)] {
        self.later.get(&moment).map_or(&[], Vec::as_slice)
    }

    /// All moments that came before others.
    pub(super) fn moments(&self) -> impl Iterator<Item = Moment> {
        self.later.keys().copied()
    }

    /// Checks that the moments fit into one order.
    ///
    /// # Errors
    /// Orders the moments that the clock showed.
    pub(super) fn let_the_clock_run(&mut self) {
        let mut shown: Vec<u64> = Vec::new();
        for unit_moments in self.later.values().flatten() {
            if let (Moment::Clock(time), _) = unit_moments {
                shown.push(*time);
            }
        }
        shown.extend(self.later.keys().filter_map(|moment| match moment {
            Moment::Clock(time) => Some(*time),
            _ => None,
        }));
        shown.sort_unstable();
        shown.dedup();
        for pair in shown.windows(2) {
            self.add(Moment::Clock(pair[0]), Moment::Clock(pair[1]), Reason::Clock);
        }
    }

    /// Takes away what nothing comes before, again and again, until nothing is left or everything is after something.
    pub(super) fn has_an_order(&self) -> bool {
        let mut before: HashMap<Moment, usize> = self.moments().map(|moment| (moment, 0)).collect();
        for (later, _) in self.later.values().flatten() {
            *before.entry(*later).or_default() += 1;
        }
        let mut first: Vec<Moment> =
            before.iter().filter(|(_, count)| **count == 0).map(|(moment, _)| *moment).collect();
        let mut taken = 0;
        while let Some(moment) = first.pop() {
            taken += 1;
            for (later, _) in self.after(moment) {
                if let Some(count) = before.get_mut(later) {
                    *count -= 1;
                    if *count == 0 {
                        first.push(*later);
                    }
                }
            }
        }
        taken == before.len()
    }
}
