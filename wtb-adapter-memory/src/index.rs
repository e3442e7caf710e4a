//! Indexes: which places of a table hold the rows with a key.

use imbl::{HashMap, OrdMap, OrdSet};
use std::hash::Hash;
use std::ops::Bound;

/// What becomes of the row at a place: it is added, replaced or removed.
pub(crate) struct Change<'a, R> {
    pub(crate) place: i64,
    pub(crate) old: Option<&'a R>,
    pub(crate) new: Option<&'a R>,
}

impl<R> Change<'_, R> {
    /// The key before and after, or `None` if it stays the same and there is nothing to do.
    fn keys<K: PartialEq>(&self, key: impl Fn(&R) -> Option<K>) -> Option<(Option<K>, Option<K>)> {
        let keys = (self.old.and_then(&key), self.new.and_then(&key));
        (keys.0 != keys.1).then_some(keys)
    }
}

/// All indexes of a table, which follow its rows.
pub(crate) trait Indexes<R>: Clone + Default + Send + Sync + 'static {
    /// Moves what `change` moves.
    fn apply(&mut self, change: &Change<'_, R>);
}

/// The places of the rows with a key, in insertion order. Rows without a key are left out.
#[derive(Clone)]
pub(crate) struct Index<K>(OrdSet<(K, i64)>);

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self(OrdSet::new())
    }
}

impl<K: Ord + Clone> Index<K> {
    /// Follows a row whose key is `key`.
    pub(crate) fn apply<R>(&mut self, change: &Change<'_, R>, key: impl Fn(&R) -> Option<K>) {
        let Some((old, new)) = change.keys(key) else { return };
        if let Some(old) = old {
            self.0.remove(&(old, change.place));
        }
        if let Some(new) = new {
            self.0.insert((new, change.place));
        }
    }

    /// The places with `key` that come after `place`.
    pub(crate) fn after(&self, key: &K, place: i64) -> impl Iterator<Item = i64> {
        let bounds = (Bound::Excluded((key.clone(), place)), Bound::Included((key.clone(), i64::MAX)));
        self.0.range(bounds).map(|(_, place)| *place)
    }

    /// The last place with `key`.
    pub(crate) fn last(&self, key: &K) -> Option<i64> {
        let (found, place) = self.0.get_prev(&(key.clone(), i64::MAX))?;
        (found == key).then_some(*place)
    }

    /// Whether any row has `key`.
    pub(crate) fn has(&self, key: &K) -> bool {
        self.last(key).is_some()
    }
}

/// The one place of the row with an id. Ids are told apart by their hashes: in a tree, each step would read another id from
/// memory, and a store of many would answer much later than one of few.
#[derive(Clone)]
pub(crate) struct IdIndex<K>(HashMap<K, i64>);

impl<K> Default for IdIndex<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone> IdIndex<K> {
    /// Follows a row whose id is `id`, which no other row has.
    pub(crate) fn apply<R>(&mut self, change: &Change<'_, R>, id: impl Fn(&R) -> &K) {
        let Some((old, new)) = change.keys(|row| Some(id(row).clone())) else { return };
        if let Some(old) = old {
            self.0.remove(&old);
        }
        if let Some(new) = new {
            self.0.insert(new, change.place);
        }
    }

    /// The place of the row with `id`.
    pub(crate) fn place(&self, id: &K) -> Option<i64> {
        self.0.get(id).copied()
    }
}

/// The one place of the row with a key.
#[derive(Clone)]
pub(crate) struct UniqueIndex<K>(OrdMap<K, i64>);

impl<K> Default for UniqueIndex<K> {
    fn default() -> Self {
        Self(OrdMap::new())
    }
}

impl<K: Ord + Clone> UniqueIndex<K> {
    /// Follows a row whose key is `key`, which no other row has.
    pub(crate) fn apply<R>(&mut self, change: &Change<'_, R>, key: impl Fn(&R) -> Option<K>) {
        let Some((old, new)) = change.keys(key) else { return };
        if let Some(old) = old {
            self.0.remove(&old);
        }
        if let Some(new) = new {
            self.0.insert(new, change.place);
        }
    }

    /// The place of the row with `key`.
    pub(crate) fn place(&self, key: &K) -> Option<i64> {
        self.0.get(key).copied()
    }

    /// The highest key that is at most `key`, and its place.
    pub(crate) fn at_most(&self, key: &K) -> Option<(&K, i64)> {
        self.0.get_prev(key).map(|(found, place)| (found, *place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(place: i64, row: &u8) -> Change<'_, u8> {
        Change { place, old: None, new: Some(row) }
    }

    #[test]
    fn places_of_a_key_are_walked_in_order_and_end_where_the_key_ends() {
        let mut index = Index::default();
        for place in (1..=300).rev() {
            index.apply(&added(place, &u8::try_from(place % 3).unwrap()), |row| Some(*row));
        }
        for key in 0..3 {
            let expected: Vec<i64> = (1..=300).filter(|place| place % 3 == i64::from(key)).collect();
            assert_eq!(index.after(&key, i64::MIN).collect::<Vec<_>>(), expected);
            assert_eq!(index.after(&key, 150).count(), 50);
            assert_eq!(index.after(&key, i64::MAX).count(), 0);
            assert_eq!(index.last(&key), expected.last().copied());
        }
        assert_eq!(index.after(&3, i64::MIN).count(), 0);
        assert!(!index.has(&3));
    }

    #[test]
    fn a_row_moves_with_its_key_and_leaves_when_it_has_none() {
        let mut index = Index::default();
        let only_even = |row: &u8| row.is_multiple_of(2).then_some(*row);
        index.apply(&added(1, &2), only_even);
        index.apply(&Change { place: 1, old: Some(&2), new: Some(&4) }, only_even);
        assert_eq!((index.last(&2), index.last(&4)), (None, Some(1)));
        index.apply(&Change { place: 1, old: Some(&4), new: Some(&5) }, only_even);
        assert_eq!((index.last(&4), index.last(&5)), (None, None));
    }
}
