//! The order in which units wrote each row, as the rows themselves tell.

use super::anomaly::{Anomaly, Kind};
use super::history::{History, Key, Tag, UnitNumber};
use super::views::{View, Views, shown};
use std::collections::{BTreeMap, HashSet};

/// The units that wrote each row, in the order of their writes.
#[derive(Debug, Default)]
pub(super) struct Orders(BTreeMap<Key, Vec<UnitNumber>>);

impl Orders {
    /// The order that all reads and committed writes agree on.
    ///
    /// # Errors
    /// A lost update where they do not; a dirty write where the writes of a unit do not follow each other.
    pub(super) fn of(history: &History, views: &Views) -> Result<Self, Anomaly> {
        let mut longest = BTreeMap::<Key, &[Tag]>::new();
        let committed = || views.changed.iter().filter(|changed| history.is_committed(changed.unit));
        let all = || views.rows.iter().chain(committed());
        for View { key, seen, .. } in all() {
            let known = longest.entry(*key).or_default();
            if seen.len() > known.len() {
                *known = seen;
            }
        }
        for View { unit, key, seen } in all() {
            if !longest[key].starts_with(seen) {
                let what = format!("{} is not how {} began", shown(seen), shown(longest[key]));
                return Err(Anomaly::of(Kind::LostUpdate, *unit, *key, what));
            }
        }
        longest
            .into_iter()
            .map(|(key, tags)| Ok((key, writers(key, tags)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The row's writers, the first one first.
    pub(super) fn writers(&self, key: Key) -> &[UnitNumber] {
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }

    /// All rows with their writers.
    pub(super) fn all(&self) -> impl Iterator<Item = (Key, &[UnitNumber])> {
        self.0.iter().map(|(key, writers)| (*key, writers.as_slice()))
    }
}

fn writers(key: Key, tags: &[Tag]) -> Result<Vec<UnitNumber>, Anomaly> {
    let mut writers: Vec<UnitNumber> = tags.iter().map(|tag| tag.unit).collect();
    writers.dedup();
    let mut known = HashSet::new();
    match writers.iter().find(|unit| !known.insert(**unit)) {
        None => Ok(writers),
        Some(twice) => Err(Anomaly::of(Kind::DirtyWrite, *twice, key, "others wrote between its writes")),
    }
}
