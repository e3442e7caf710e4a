//! The one way in which every table is read: its form says which columns it has and what a row means.

use super::cells::{Broken, Cells};
use super::found::Found;
use wtb_domain::InvalidValue;

/// What a table looks like and what its rows mean.
pub(crate) trait Form: Send + Sync {
    /// What a row means.
    type Entity: Send;

    /// The name of the table.
    const TABLE: &'static str;

    /// The column that tells rows apart.
    const KEY: &'static str;

    /// The columns without which no row means anything.
    const REQUIRED: &'static [&'static str];

    /// The other columns that have a place in the entity.
    const OPTIONAL: &'static [&'static str];

    /// The fields of the entity that are kept in a column of another name.
    const RENAMED: &'static [(&'static str, &'static str)];

    /// What the row called `key` means.
    ///
    /// # Errors
    /// The first column that breaks a rule.
    fn entity(&self, key: &str, cells: &mut Cells<'_>, found: &mut Found) -> Result<Self::Entity, Broken>;
}

/// The column of `F` that holds the field a rule speaks of.
pub(crate) fn broken_rule<F: Form>(rule: InvalidValue) -> Broken {
    let renamed = F::RENAMED.iter().find(|(field, _)| *field == rule.field);
    Broken::new(renamed.map_or(rule.field, |(_, column)| column), rule.reason)
}
