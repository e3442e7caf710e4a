//! Finds rows of one source that are equal in what must be unique.

use super::cells::Broken;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// Which row was first with a unique value.
#[derive(Debug)]
pub(super) struct FirstWith<V> {
    rows: HashMap<V, String>,
}

impl<V> Default for FirstWith<V> {
    fn default() -> Self {
        Self { rows: HashMap::new() }
    }
}

impl<V: Eq + Hash> FirstWith<V> {
    /// Notes that the row called `key` has this value in `columns`.
    ///
    /// # Errors
    /// If another row was first.
    pub(super) fn note(&mut self, value: V, columns: &'static str, key: &str) -> Result<(), Broken> {
        match self.rows.entry(value) {
            Entry::Vacant(free) => {
                free.insert(key.to_owned());
                Ok(())
            }
            Entry::Occupied(first) => {
                Err(Broken::new(columns, format!("row {} has the same, and it must be unique", first.get())))
            }
        }
    }
}
