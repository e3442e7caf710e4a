//! Reads a source once from beginning to end, a batch of rows at a time.

use super::Interpretation;
use super::adjusted::{self};
use super::cells::{Broken, Cells};
use super::form::Form;
use super::found::{Found, InvalidRow, LeftOut};
use super::no_home::NoHome;
use super::seen::Seen;
use crate::failure::{CliError, CliResult};
use crate::import::source::{Row, Source};
use futures_util::TryStreamExt;
use indicatif::ProgressBar;
use wtb_config::BoxFuture;

/// Takes the entities of a table.
pub(crate) trait Take<E>: Send {
    /// What may go wrong.
    type Error: From<CliError>;

    /// Takes the entities of a batch, each with the key of its row.
    ///
    /// # Errors
    /// What ends the pass.
    fn take<'t>(
        &'t mut self,
        batch: Vec<(String, E)>,
        found: &'t mut Found,
    ) -> BoxFuture<'t, Result<(), Self::Error>>;
}

/// A source being read once, and what was found in it besides entities.
pub(crate) struct Pass<'a> {
    source: &'a mut dyn Source,
    interpretation: &'a Interpretation,
    progress: &'a ProgressBar,
    read: Vec<&'static str>,
    pub(crate) found: Found,
}

impl<'a> Pass<'a> {
    /// Before the first row.
    ///
    /// # Errors
    /// If there is no room for what has to be remembered.
    pub(crate) fn new(
        source: &'a mut dyn Source,
        interpretation: &'a Interpretation,
        progress: &'a ProgressBar,
    ) -> CliResult<Self> {
        progress.set_position(0);
        let found = Found {
            left_out: LeftOut::default(),
            no_home: NoHome::default(),
            adjusted: Vec::new(),
            missing: Vec::new(),
            seen: Seen::new()?,
        };
        Ok(Self { source, interpretation, progress, read: Vec::new(), found })
    }

    /// Gives `taker` the entities of one table; none if the source does not have it.
    ///
    /// # Errors
    /// If the table cannot be read, and those of `taker`.
    pub(crate) async fn table<F, T>(&mut self, form: F, taker: &mut T) -> Result<(), T::Error>
    where
        F: Form,
        T: Take<F::Entity>,
    {
        self.read.push(F::TABLE);
        let Some(table) = self.source.tables().iter().find(|table| table.name == F::TABLE).cloned() else {
            self.found.missing.push(F::TABLE);
            return Ok(());
        };
        if let Some(absent) = F::REQUIRED.iter().find(|column| !table.has(column)) {
            let name = self.source.name();
            return Err(
                CliError::failed(format!("table {} of {name} has no column {absent}", F::TABLE)).into()
            );
        }
        let homeless: Vec<&String> = table
            .columns
            .iter()
            .filter(|column| !F::REQUIRED.iter().chain(F::OPTIONAL).any(|known| known == column))
            .collect();
        self.progress.set_message(format!("reading {}", F::TABLE));
        let mut place = 0_u64;
        let mut batches = self.source.batches(&table);
        while let Some(rows) = batches.try_next().await? {
            let (number, mut entities) = (rows.len() as u64, Vec::with_capacity(rows.len()));
            for values in rows {
                place += 1;
                let cells = Cells::new(Row::new(&table, values), self.interpretation);
                let key = cells.key(F::KEY).unwrap_or_else(|| format!("at place {place}"));
                match read_row(&form, &key, cells, &homeless, &mut self.found) {
                    Ok(entity) => entities.push((key, entity)),
                    Err(Broken { column, reason }) => {
                        self.found.leave_out(InvalidRow { table: F::TABLE, key, column, reason });
                    }
                }
            }
            self.found.seen.check()?;
            taker.take(entities, &mut self.found).await?;
            self.found.seen.check()?;
            self.progress.inc(number);
        }
        Ok(())
    }

    /// Counts what is in the tables that were not read, and confirms what was.
    ///
    /// # Errors
    /// If a table cannot be read, or what was read cannot be trusted.
    pub(crate) async fn finish(mut self) -> CliResult<Found> {
        for table in self.source.tables().to_vec() {
            if !self.read.contains(&table.name.as_str()) {
                let rows = self.source.count(&table).await?;
                self.found.no_home.table(table.name, rows);
            }
        }
        self.source.confirm()?;
        Ok(self.found)
    }
}

/// What one row means.
fn read_row<F: Form>(
    form: &F,
    key: &str,
    mut cells: Cells<'_>,
    homeless: &[&String],
    found: &mut Found,
) -> Result<F::Entity, Broken> {
    for column in homeless {
        if !cells.is_default(column) {
            found.no_home.value(F::TABLE, column);
        }
    }
    let entity = form.entity(key, &mut cells, found)?;
    for (column, how, values) in cells.adjusted() {
        adjusted::count(&mut found.adjusted, F::TABLE, column, how, values);
    }
    Ok(entity)
}
