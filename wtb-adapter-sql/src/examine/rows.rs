//! Rows that break a rule of the schema: without a parent, twice, or no entity at all.

use super::{Findings, Phase};
use crate::Problem;
use crate::columns::Columns;
use crate::constraints::{FOREIGN_KEYS, ForeignKey};
use crate::failure::Failure;
use crate::read_row::read_row;
use crate::record::Record;
use crate::tables::table_of;
use std::error::Error;

/// How many rows of a table are reported one by one.
const REPORTED: u64 = 5;

impl ForeignKey {
    /// The referring table, and the referenced one.
    pub(crate) fn tables(&self) -> (&'static str, &'static str) {
        (table_of(self.entity), table_of(self.refers_to))
    }

    /// Counts the rows without a parent, and selects one of the ids they refer to.
    pub(crate) fn count_orphans(&self) -> String {
        let ((table, parent), column) = (self.tables(), self.column);
        format!(
            "SELECT count(*), min(child.{column}) FROM {table} AS child \
             LEFT JOIN {parent} AS parent ON parent.id = child.{column} \
             WHERE child.{column} IS NOT NULL AND parent.id IS NULL"
        )
    }

    /// Reports `count` rows without a parent, one of which refers to `missing`.
    pub(crate) fn report_orphans(&self, count: i64, missing: &str, qualifier: &str, findings: &mut Findings) {
        let ((table, parent), column) = (self.tables(), self.column);
        if count == 0 {
            return;
        }
        let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let refer = if count == 1 { "refers" } else { "refer" };
        let message = format!(
            "{rows} of {table} {refer} to {parent} that do not exist, such as {missing}: restore these from a backup, \
             or delete what refers to them"
        );
        let orphaned =
            format!("NOT EXISTS (SELECT 1 FROM {qualifier}{parent} AS parent WHERE parent.id = {column})");
        let repair = delete_rows(table, &orphaned, qualifier);
        findings.add(Phase::Rows, Problem::error(message).repaired_by_all(repair));
    }
}

/// Deletes the rows of `table` for which `condition` holds, and before them all rows that refer to them.
pub(crate) fn delete_rows(table: &str, condition: &str, qualifier: &str) -> Vec<String> {
    let mut statements = Vec::new();
    for key in &FOREIGN_KEYS {
        let (child, parent) = key.tables();
        if parent == table {
            let refers = format!("{} IN (SELECT id FROM {qualifier}{table} WHERE {condition})", key.column);
            statements.extend(delete_rows(child, &refers, qualifier));
        }
    }
    statements.push(format!("DELETE FROM {qualifier}{table} WHERE {condition};"));
    statements
}

/// Columns that should be unique together, whose index is not there to see to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duplicates {
    pub(crate) table: String,
    /// The columns of the index, separated by `, `.
    pub(crate) columns: String,
}

impl Duplicates {
    /// Counts the values that several rows have.
    pub(crate) fn count(&self) -> String {
        let Self { table, columns } = self;
        format!(
            "SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY {columns} HAVING count(*) > 1) AS twice"
        )
    }

    /// Reports that several rows have each of `count` values.
    pub(crate) fn report(&self, count: i64, qualifier: &str, findings: &mut Findings) {
        let Self { table, columns } = self;
        if count == 0 {
            return;
        }
        let later = format!("seq NOT IN (SELECT min(seq) FROM {qualifier}{table} GROUP BY {columns})");
        // What others refer to is not deleted but gets a name of its own.
        let (remedy, repair) = if columns.split(", ").any(|column| column == "name") {
            let renamed = "name = name || '#' || seq, revision = revision + 1";
            ("rename all but the first", format!("UPDATE {qualifier}{table} SET {renamed} WHERE {later};"))
        } else {
            ("delete all but the first", format!("DELETE FROM {qualifier}{table} WHERE {later};"))
        };
        let values = if count == 1 { "1 value occurs".to_owned() } else { format!("{count} values occur") };
        let message = format!("({columns}) must be unique in {table}, but {values} more than once: {remedy}");
        findings.add(Phase::Rows, Problem::error(message).repaired_by(repair));
    }
}

/// The error behind all others, which says what is wrong with the value itself.
fn root<'e>(mut error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Counts the rows of a table that are no entities, and reports the first of them.
#[derive(Debug, Default)]
pub(crate) struct UnreadableRows(u64);

impl UnreadableRows {
    /// Examines a row of `R::SELECTED`.
    pub(crate) fn examine<R: Record>(
        &mut self,
        row: &impl Columns,
        qualifier: &str,
        findings: &mut Findings,
    ) {
        let reason = match read_row::<R>(row).map(|(_, entity)| entity.check()) {
            Ok(Ok(())) => return,
            Ok(Err(invalid)) => invalid.to_string(),
            Err(Failure::Corrupt { column, source, .. }) => format!("its {column}: {}", root(&*source)),
            Err(failure) => {
                failure.during("examine a row").source().map_or_else(String::new, ToString::to_string)
            }
        };
        self.0 += 1;
        let table = R::TABLE;
        match row.integer(0) {
            Ok(Some(seq)) if self.0 <= REPORTED => {
                let message = format!(
                    "the row of {table} with seq {seq} is no {}, {reason}: correct it, or delete it",
                    R::ENTITY
                );
                let repair = delete_rows(table, &format!("seq = {seq}"), qualifier);
                findings.add(Phase::Rows, Problem::error(message).repaired_by_all(repair));
            }
            _ => {}
        }
    }

    /// Reports how many there are beside the first.
    pub(crate) fn finish<R: Record>(self, findings: &mut Findings) {
        if let Some(others @ 1..) = self.0.checked_sub(REPORTED) {
            let message = format!(
                "{others} more rows of {} are no {}: correct or delete the first, then examine again",
                R::TABLE,
                R::ENTITY
            );
            findings.add(Phase::Rows, Problem::error(message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refers_to_a_row_is_deleted_before_it() {
        assert_eq!(
            delete_rows("executions", "seq = 7", "public."),
            [
                "DELETE FROM public.node_boundaries WHERE execution_id IN (SELECT id FROM public.executions WHERE seq = 7);",
                "DELETE FROM public.evaluation_results WHERE execution_id IN (SELECT id FROM public.executions WHERE seq = 7);",
                "DELETE FROM public.executions WHERE seq = 7;",
            ]
        );
    }
}
