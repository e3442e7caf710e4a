//! What a unit is, told naively: a copy of all rows as it began, changed by what it writes.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::model::{Placed, Rows, kept};
use super::row::Row;
use super::sample::Sample;
use std::collections::{BTreeMap, BTreeSet};
use wtb_domain::Revision;

/// What is committed, and the places that were given away.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) committed: Rows,
    last_place: u64,
    /// How many units were committed.
    commits: u64,
    /// The last of these that wrote to a place, be it what was there before.
    writes: BTreeMap<u64, u64>,
    /// The last of these that changed the unique fields of the row at a place, be it that it changed them back.
    unique_changes: BTreeMap<u64, u64>,
}

/// A unit that is open.
#[derive(Debug)]
pub(super) struct Unit {
    /// How many units were committed when it began.
    began_after: u64,
    /// The rows that were committed when it began.
    pub(super) snapshot: Rows,
    /// The same with its own writes.
    pub(super) view: Rows,
    /// The places it wrote to.
    pub(super) written: BTreeSet<u64>,
    /// Every version of a row that it wrote or wrote over.
    pub(super) versions: Vec<Placed>,
    /// Whether it may write.
    pub(super) writes: bool,
    /// Whether a call failed.
    pub(super) spent: bool,
}

impl Model {
    /// A unit that begins now.
    pub(super) fn begin(&self, writes: bool) -> Unit {
        Unit {
            began_after: self.commits,
            snapshot: self.committed.clone(),
            view: self.committed.clone(),
            written: BTreeSet::new(),
            versions: Vec::new(),
            writes,
            spent: false,
        }
    }

    /// What is committed, with the writes of `unit`.
    pub(super) fn with_writes_of(&self, unit: &Unit) -> Rows {
        let mut merged = self.committed.clone();
        for place in &unit.written {
            merged.set(*place, unit.view.at(*place).cloned());
        }
        merged
    }

    /// Makes a call that is not refused, and answers what it answers. A list goes on after the place `after`.
    pub(super) fn make(&mut self, unit: &mut Unit, call: &Call, after: u64) -> Answer {
        let mut place = || {
            self.last_place += 1;
            self.last_place
        };
        match call {
            Call::Add(sample) => Answer::Row(unit.put(place(), kept(sample.row.clone(), None))),
            Call::AddAll(_, samples) => Answer::Rows(
                samples.iter().map(|sample| unit.put(place(), kept(sample.row.clone(), None))).collect(),
            ),
            Call::Append(log, samples) => {
                for sample in samples {
                    unit.put(place(), kept(sample.row.clone(), log.as_deref()));
                }
                Answer::Done
            }
            Call::Update(Sample { row, .. }) => {
                let stored = unit.view.with_id(row.kind(), row.id().unwrap_or_default());
                let place = stored.expect("the row is there").place;
                let raised = Revision::new(row.revision().get().saturating_add(1));
                let row = kept(row.clone(), None).at_revision(raised.expect("above 0"));
                Answer::Row(unit.put(place, row))
            }
            Call::Delete(kind, id) => match unit.view.with_id(*kind, id).map(|placed| placed.place) {
                Some(place) => {
                    unit.write(place, None);
                    Answer::Was(true)
                }
                None => Answer::Was(false),
            },
            reading => unit.view.read(reading, after),
        }
    }

    /// What a commit answers; where it is not refused, it is done.
    ///
    /// # Errors
    /// `Aborted` if the unit is spent; `Conflict` if another unit committed a change to a row that it changed too, or
    /// if both together would break a rule.
    pub(super) fn commit(&mut self, unit: &Unit) -> Result<(), Refusal> {
        if unit.spent {
            return Err(Refusal::Aborted);
        }
        let merged = self.with_writes_of(unit);
        if unit.written.iter().any(|place| self.is_changed_since(unit, *place)) || !merged.is_sound() {
            return Err(Refusal::Conflict);
        }
        self.committed = merged;
        self.commits += 1;
        for place in &unit.written {
            self.writes.insert(*place, self.commits);
            if unit.changes_unique_fields(*place) {
                self.unique_changes.insert(*place, self.commits);
            }
        }
        Ok(())
    }

    /// Whether any unit was committed since this one began.
    pub(super) fn has_gone_on_since(&self, unit: &Unit) -> bool {
        self.commits > unit.began_after
    }

    /// Whether others committed a write to a place since the unit began. At the highest revision it may have left the row
    /// as it was, and is a change nevertheless.
    pub(super) fn is_changed_since(&self, unit: &Unit, place: u64) -> bool {
        self.writes.get(&place).is_some_and(|commit| *commit > unit.began_after)
    }

    /// Whether others committed a change to the unique fields of the row at a place since the unit began, be it that they
    /// changed them back.
    pub(super) fn has_other_unique_fields(&self, unit: &Unit, place: u64) -> bool {
        self.unique_changes.get(&place).is_some_and(|commit| *commit > unit.began_after)
    }
}

impl Unit {
    /// Whether it gave the row at a place other unique fields, be it that it gave it the old ones again.
    pub(super) fn changes_unique_fields(&self, place: u64) -> bool {
        let before = self.snapshot.at(place).map(Row::unique);
        self.versions.iter().any(|version| version.place == place && Some(version.row.unique()) != before)
    }

    fn put(&mut self, place: u64, row: Row) -> Row {
        self.write(place, Some(row.clone()));
        row
    }

    fn write(&mut self, place: u64, row: Option<Row>) {
        let versions = self.view.at(place).into_iter().chain(&row).cloned();
        self.versions.extend(versions.map(|row| Placed { place, row }));
        self.view.set(place, row);
        self.written.insert(place);
    }
}
