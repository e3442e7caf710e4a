//! What each unit saw of the others: its reads without its own writes.

use super::anomaly::{Anomaly, Kind};
use super::history::{History, Key, Row, Step, Tag, Unit, UnitNumber};
use std::collections::{BTreeMap, BTreeSet};

/// What a unit saw of the others in one read.
#[derive(Debug)]
pub(super) struct View<T> {
    pub(super) unit: UnitNumber,
    pub(super) key: Key,
    pub(super) seen: T,
}

/// All reads and writes of a history.
#[derive(Debug, Default)]
pub(super) struct Views {
    /// Each read of a row: the writes of others, in their order.
    pub(super) rows: Vec<View<Vec<Tag>>>,
    /// Each read of a log: the entries of others.
    pub(super) logs: Vec<View<BTreeSet<Tag>>>,
    /// What each unit that changed a row made of it: all writes, in their order.
    pub(super) changed: Vec<View<Vec<Tag>>>,
    /// The entries of each unit in each log.
    pub(super) logged: BTreeMap<(Key, UnitNumber), Vec<Tag>>,
    /// The last write of each unit to each row.
    pub(super) last_write: BTreeMap<(Key, UnitNumber), Tag>,
}

impl Views {
    /// Takes the reads of a history apart.
    ///
    /// # Errors
    /// An anomaly that one read shows by itself.
    pub(super) fn of(history: &History) -> Result<Self, Anomaly> {
        let mut views = Self::default();
        for (number, unit) in history.units.iter().enumerate() {
            views.take(number, unit)?;
        }
        views.check_dirty_reads(history)?;
        Ok(views)
    }

    /// The units that appended to a log.
    pub(super) fn writers_of_log(&self, key: Key) -> impl Iterator<Item = UnitNumber> {
        self.logged.range((key, 0)..=(key, UnitNumber::MAX)).map(|((_, writer), _)| *writer)
    }

    fn take(&mut self, number: UnitNumber, unit: &Unit) -> Result<(), Anomaly> {
        let mut own_changes = BTreeMap::<Key, Vec<Tag>>::new();
        let mut before = BTreeMap::<Key, Vec<Tag>>::new();
        for step in &unit.steps {
            match step {
                Step::SawRow(key, row) => {
                    let own = own_changes.entry(*key).or_default();
                    let seen = without_own(number, *key, row, own)?;
                    before.insert(*key, seen.clone());
                    self.rows.push(View { unit: number, key: *key, seen });
                }
                Step::ChangedRow(key, tag) => {
                    own_changes.entry(*key).or_default().push(*tag);
                    self.last_write.insert((*key, number), *tag);
                }
                Step::SawLog(key, entries) => {
                    let (own, seen): (Vec<Tag>, Vec<Tag>) =
                        entries.iter().partition(|tag| tag.unit == number);
                    let wrote = self.logged.get(&(*key, number)).map_or(&[][..], Vec::as_slice);
                    if own != wrote {
                        let what = format!("logged {}, saw {}", shown(wrote), shown(entries));
                        return Err(Anomaly::of(Kind::OwnWritesUnseen, number, *key, what));
                    }
                    self.logs.push(View { unit: number, key: *key, seen: seen.into_iter().collect() });
                }
                Step::Logged(key, tag) => self.logged.entry((*key, number)).or_default().push(*tag),
            }
        }
        for (key, own) in own_changes.into_iter().filter(|(_, own)| !own.is_empty()) {
            let seen = [before.remove(&key).unwrap_or_default(), own].concat();
            self.changed.push(View { unit: number, key, seen });
        }
        Ok(())
    }

    fn check_dirty_reads(&self, history: &History) -> Result<(), Anomaly> {
        for View { unit, key, seen } in &self.rows {
            check_committed(history, *unit, *key, seen)?;
            if let Some(last) = seen.last()
                && self.last_write.get(&(*key, last.unit)) != Some(last)
            {
                return Err(Anomaly::of(Kind::IntermediateRead, *unit, *key, format!("saw {last} last")));
            }
        }
        for View { unit, key, seen } in &self.logs {
            check_committed(history, *unit, *key, seen)?;
            for writer in seen.iter().map(|tag| tag.unit).collect::<BTreeSet<_>>() {
                let logged = self.logged.get(&(*key, writer)).into_iter().flatten();
                if let Some(missed) = logged.into_iter().find(|tag| !seen.contains(tag)) {
                    let what = format!("saw an entry of {writer}, but not {missed}");
                    return Err(Anomaly::of(Kind::IntermediateRead, *unit, *key, what));
                }
            }
        }
        Ok(())
    }
}

fn check_committed<'a>(
    history: &History,
    unit: UnitNumber,
    key: Key,
    seen: impl IntoIterator<Item = &'a Tag>,
) -> Result<(), Anomaly> {
    match seen.into_iter().find(|tag| !history.is_committed(tag.unit)) {
        None => Ok(()),
        Some(tag) => Err(Anomaly::of(Kind::AbortedRead, unit, key, format!("saw {tag}"))),
    }
}

/// The writes of others in `row`, which ends with the unit's own.
fn without_own(unit: UnitNumber, key: Key, row: &Row, own: &[Tag]) -> Result<Vec<Tag>, Anomaly> {
    let Row { revision, list, register } = row;
    if row.writes() > list.len() {
        let what = format!("revision {revision}, but only {}", shown(list));
        return Err(Anomaly::of(Kind::LostUpdate, unit, key, what));
    }
    if row.writes() < list.len() || *register != list.last().copied() {
        let register = register.map_or_else(|| "nothing".to_owned(), |tag| tag.to_string());
        let what = format!("revision {revision}, list {}, register {register}", shown(list));
        return Err(Anomaly::of(Kind::TornRow, unit, key, what));
    }
    match row.list.strip_suffix(own) {
        Some(others) if others.iter().all(|tag| tag.unit != unit) => Ok(others.to_vec()),
        _ => {
            let what = format!("wrote {}, saw {}", shown(own), shown(&row.list));
            Err(Anomaly::of(Kind::OwnWritesUnseen, unit, key, what))
        }
    }
}

/// Tags in words; of many, the last ones.
pub(super) fn shown(tags: &[Tag]) -> String {
    const MOST: usize = 6;
    let last =
        tags.iter().skip(tags.len().saturating_sub(MOST)).map(Tag::to_string).collect::<Vec<_>>().join(" ");
    if tags.len() > MOST { format!("[… {last}]") } else { format!("[{last}]") }
}
