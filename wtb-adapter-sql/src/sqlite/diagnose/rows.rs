//! Reads every row: for parents, for duplicates, and as the entity it should be.

use super::Examiner;
use crate::constraints::{FOREIGN_KEYS, ForeignKey};
use crate::examine::{Duplicates, Gaps, UnreadableRows};
use crate::record::Record;
use rusqlite::Result;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

impl Examiner<'_> {
    /// Examines the rows of all tables that are there, and counts them.
    pub(super) fn examine_rows(&mut self, gaps: &Gaps) -> Vec<(EntityKind, u64)> {
        for duplicates in &gaps.unique {
            let examined = self.examine_duplicates(duplicates);
            self.settle(&format!("duplicates in {}", duplicates.table), examined);
        }
        for key in &FOREIGN_KEYS {
            let (table, parent) = key.tables();
            if !gaps.has_no_table(table) && !gaps.has_no_table(parent) {
                let examined = self.examine_reference(key);
                self.settle(&format!("parents of {table}"), examined);
            }
        }
        let mut counts = Vec::with_capacity(EntityKind::ALL.len());
        macro_rules! examine_each {
            ($($entity:ty),+) => {$(
                if gaps.has_other_columns(<$entity>::TABLE) {
                    self.findings.columns_come_first("rows", <$entity>::TABLE);
                } else if !gaps.has_no_table(<$entity>::TABLE) {
                    let examined = self.examine_entities::<$entity>();
                    let count = self.settle(&format!("rows of {}", <$entity>::TABLE), examined);
                    counts.extend(count.map(|count| (<$entity>::ENTITY, count)));
                }
            )+};
        }
        examine_each!(
            Workflow,
            Execution,
            NodeBoundary,
            CheckpointFile,
            NodeVariant,
            EvaluationResult,
            AuditEntry
        );
        counts
    }

    fn examine_duplicates(&mut self, duplicates: &Duplicates) -> Result<()> {
        let count = self.connection.query_row(&duplicates.count(), [], |row| row.get(0))?;
        duplicates.report(count, "", &mut self.findings);
        Ok(())
    }

    fn examine_reference(&mut self, key: &ForeignKey) -> Result<()> {
        let (count, missing): (i64, Option<String>) =
            self.connection.query_row(&key.count_orphans(), [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        key.report_orphans(count, &missing.unwrap_or_default(), "", &mut self.findings);
        Ok(())
    }

    fn examine_entities<R: Record>(&mut self) -> Result<u64> {
        let sql = format!("SELECT {} FROM {} ORDER BY seq", R::SELECTED, R::TABLE);
        let mut statement = self.connection.prepare(&sql)?;
        let mut unreadable = UnreadableRows::default();
        let mut count = 0;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            unreadable.examine::<R>(row, "", &mut self.findings);
            count += 1;
        }
        unreadable.finish::<R>(&mut self.findings);
        Ok(count)
    }
}
