//! The one way in which every table is read: its form says which columns it has and what a row means.

use super::Interpretation;
use super::adjusted::{self, Adjusted};
use super::cells::{Broken, Cells};
use super::no_home::NoHome;
use crate::failure::{CliError, CliResult};
use crate::import::source::{Row, Source};
use indicatif::ProgressBar;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use wtb_domain::InvalidValue;

/// What a table looks like and what its rows mean.
pub(crate) trait Form {
    /// What a row means.
    type Entity;

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
    fn entity(
        &mut self,
        key: &str,
        cells: &mut Cells<'_>,
        no_home: &mut NoHome,
    ) -> Result<Self::Entity, Broken>;
}

/// The column of `F` that holds the field a rule speaks of.
pub(crate) fn broken_rule<F: Form>(rule: InvalidValue) -> Broken {
    let renamed = F::RENAMED.iter().find(|(field, _)| *field == rule.field);
    Broken::new(renamed.map_or(rule.field, |(_, column)| column), rule.reason)
}

/// A row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct InvalidRow {
    /// The table it is in.
    pub(crate) table: &'static str,
    /// What its key column says, or its place in the table.
    pub(crate) key: String,
    /// The column that is wrong; several that are wrong together are separated by `, `.
    pub(crate) column: Cow<'static, str>,
    /// What is wrong with it.
    pub(crate) reason: String,
}

impl fmt::Display for InvalidRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, column, reason } = self;
        write!(f, "{table} {key}, {column}: {reason}")
    }
}

/// What was found in a source besides entities.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The rows that break a rule.
    pub(crate) invalid: Vec<InvalidRow>,
    /// What there is no place for.
    pub(crate) no_home: NoHome,
    /// The values that are stored in another form.
    pub(crate) adjusted: Vec<Adjusted>,
    /// The known tables that the source does not have.
    pub(crate) missing: Vec<&'static str>,
}

/// A source being read, and what was found in it besides entities.
#[derive(Debug)]
pub(super) struct Reading<'a, S> {
    source: S,
    interpretation: &'a Interpretation,
    progress: &'a ProgressBar,
    read: Vec<&'static str>,
    found: Found,
}

impl<'a, S: Source> Reading<'a, S> {
    pub(super) fn new(source: S, interpretation: &'a Interpretation, progress: &'a ProgressBar) -> Self {
        Self { source, interpretation, progress, read: Vec::new(), found: Found::default() }
    }

    /// The entities of one table; none if the source does not have it.
    pub(super) async fn entities<F: Form>(&mut self, mut form: F) -> CliResult<Vec<F::Entity>> {
        self.read.push(F::TABLE);
        let Some(table) = self.source.tables().iter().find(|table| table.name == F::TABLE).cloned() else {
            self.found.missing.push(F::TABLE);
            return Ok(Vec::new());
        };
        if let Some(absent) = F::REQUIRED.iter().find(|column| !table.has(column)) {
            let name = self.source.name();
            let sentence = format!("table {} of {name} has no column {absent}", F::TABLE);
            return Err(CliError::failed(sentence));
        }
        let homeless: Vec<&String> = table
            .columns
            .iter()
            .filter(|column| !F::REQUIRED.iter().chain(F::OPTIONAL).any(|known| known == column))
            .collect();
        self.progress.set_message(format!("reading {}", F::TABLE));
        let (interpretation, progress) = (self.interpretation, self.progress);
        let Found { invalid, no_home, adjusted, .. } = &mut self.found;
        let (mut entities, mut place) = (Vec::new(), 0_u64);
        let visit = |row: Row<'_>| {
            place += 1;
            let mut cells = Cells::new(row, interpretation);
            for column in &homeless {
                if !cells.is_default(column) {
                    no_home.value(F::TABLE, column);
                }
            }
            let key = cells.key(F::KEY).unwrap_or_else(|| format!("at place {place}"));
            match form.entity(&key, &mut cells, no_home) {
                Ok(entity) => {
                    entities.push(entity);
                    for (column, how, values) in cells.adjusted() {
                        adjusted::count(adjusted, F::TABLE, column, how, values);
                    }
                }
                Err(Broken { column, reason }) => {
                    invalid.push(InvalidRow { table: F::TABLE, key, column, reason });
                }
            }
            progress.inc(1);
        };
        self.source.each_row(&table, visit).await?;
        Ok(entities)
    }

    /// Counts what is in the tables that were not read, and ends.
    pub(super) async fn finish(mut self) -> CliResult<Found> {
        for table in self.source.tables().to_vec() {
            if !self.read.contains(&table.name.as_str()) {
                let rows = self.source.count(&table).await?;
                self.found.no_home.table(table.name, rows);
            }
        }
        self.source.finish().await?;
        Ok(self.found)
    }
}
