//! Reads every row: for parents, for duplicates, and as the entity it should be.

use super::{Examiner, part};
use crate::constraints::{FOREIGN_KEYS, ForeignKey};
use crate::examine::Gaps;
use crate::examine::{Duplicates, UnreadableRows};
use crate::record::Record;
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Error, Row, query, query_scalar};
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

impl Examiner<'_> {
    /// Examines the rows of all tables that are there, and counts them.
    pub(super) async fn examine_rows(&mut self, gaps: &Gaps) -> Result<Vec<(EntityKind, u64)>, Error> {
        for duplicates in &gaps.unique {
            let name = format!("duplicates in {}", duplicates.table);
            part!(self, &name, self.examine_duplicates(duplicates));
        }
        for key in &FOREIGN_KEYS {
            let (table, parent) = key.tables();
            if !gaps.has_no_table(table) && !gaps.has_no_table(parent) {
                let name = format!("parents of {table}");
                part!(self, &name, self.examine_reference(key));
            }
        }
        let mut counts = Vec::with_capacity(EntityKind::ALL.len());
        macro_rules! examine_each {
            ($($entity:ty),+) => {$(
                if gaps.has_other_columns(<$entity>::TABLE) {
                    self.findings.columns_come_first("rows", <$entity>::TABLE);
                } else if !gaps.has_no_table(<$entity>::TABLE) {
                    let name = format!("rows of {}", <$entity>::TABLE);
                    let count = part!(self, &name, self.examine_entities::<$entity>());
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
        Ok(counts)
    }

    async fn examine_duplicates(&mut self, duplicates: &Duplicates) -> Result<(), Error> {
        let sql = AssertSqlSafe(duplicates.count());
        let count = query_scalar(sql).persistent(false).fetch_one(&mut *self.connection).await?;
        duplicates.report(count, &self.qualifier, &mut self.findings);
        Ok(())
    }

    async fn examine_reference(&mut self, key: &ForeignKey) -> Result<(), Error> {
        let sql = AssertSqlSafe(key.count_orphans());
        let row = query(sql).persistent(false).fetch_one(&mut *self.connection).await?;
        let (count, missing): (i64, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        key.report_orphans(count, &missing.unwrap_or_default(), &self.qualifier, &mut self.findings);
        Ok(())
    }

    /// Reads a table row by row, so that no more than a few rows are in memory; returns their number.
    async fn examine_entities<R: Record>(&mut self) -> Result<u64, Error> {
        let sql = AssertSqlSafe(format!("SELECT {} FROM {} ORDER BY seq", R::SELECTED, R::TABLE));
        let mut unreadable = UnreadableRows::default();
        let mut count = 0;
        let mut rows = query(sql).persistent(false).fetch(&mut *self.connection);
        while let Some(row) = rows.try_next().await? {
            unreadable.examine::<R>(&row, &self.qualifier, &mut self.findings);
            count += 1;
        }
        drop(rows);
        unreadable.finish::<R>(&mut self.findings);
        Ok(count)
    }
}
