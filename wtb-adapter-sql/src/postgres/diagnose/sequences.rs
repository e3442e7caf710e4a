//! Compares each sequence with the rows it numbers.

use super::{Examiner, Gaps, part};
use crate::Problem;
use crate::examine::Phase;
use crate::tables::TABLES;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Error, Row, query};

impl Examiner<'_> {
    /// Examines the sequences of all tables.
    pub(super) async fn examine_sequences(&mut self, gaps: &Gaps) -> Result<(), Error> {
        for (_, table) in TABLES {
            if !gaps.has_no_primary_key(table) {
                part!(self, &format!("the sequence of {table}"), self.examine_sequence(table));
            }
        }
        Ok(())
    }

    async fn examine_sequence(&mut self, table: &str) -> Result<(), Error> {
        let sequence = format!(
            "SELECT own::text, seqincrement = 1 AND seqcache = 1 AND NOT seqcycle \
             FROM (SELECT pg_get_serial_sequence('{}{table}', 'seq')::regclass AS own) AS sequence \
             JOIN pg_sequence ON seqrelid = own",
            self.qualifier
        );
        let sequence = query(AssertSqlSafe(sequence)).persistent(false);
        // A column without a sequence is a matter of the catalogue.
        let Some(sequence) = sequence.fetch_optional(&mut *self.connection).await? else { return Ok(()) };
        let (name, has_usual_options): (String, bool) = (sequence.try_get(0)?, sequence.try_get(1)?);
        if !has_usual_options {
            let message =
                format!("the sequence of {table} does not count one by one, so rows lose their order");
            let repair = format!(
                "ALTER TABLE {}{table} ALTER COLUMN seq SET INCREMENT BY 1 SET CACHE 1 SET NO CYCLE;",
                self.qualifier
            );
            self.findings.add(Phase::Sequences, Problem::error(message).repaired_by(repair));
        }
        let next = format!(
            "SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END, (SELECT max(seq) FROM {table}) FROM {name}"
        );
        let row: PgRow =
            query(AssertSqlSafe(next)).persistent(false).fetch_one(&mut *self.connection).await?;
        let (next, last): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(last) = last.filter(|last| next <= *last) {
            let message = format!(
                "the sequence of {table} is behind: its next number is {next}, but the last row has {last}"
            );
            let qualifier = &self.qualifier;
            let repair = format!(
                "SELECT setval(pg_get_serial_sequence('{qualifier}{table}', 'seq'), max(seq)) FROM {qualifier}{table};"
            );
            self.findings.add(Phase::Sequences, Problem::error(message).repaired_by(repair));
        }
        Ok(())
    }
}
