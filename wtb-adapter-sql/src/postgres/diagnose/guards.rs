//! Examines what stands between a statement and the rows: triggers, rules and row-level security.

use super::Examiner;
use crate::Problem;
use crate::examine::Phase;
use crate::tables::TABLES;
use sqlx::{Error, Row, query};

/// What was done to the tables `$1`: kind, table, and the name as it is written in statements.
const GUARDS: &str = "
WITH own AS (
    SELECT oid, relname::text AS name, relrowsecurity FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relname::text = ANY ($1)
)
SELECT DISTINCT 'disabled trigger', name, '' FROM own JOIN pg_trigger ON tgrelid = own.oid
WHERE tgisinternal AND tgenabled NOT IN ('O', 'A')
UNION ALL
SELECT 'trigger', name, quote_ident(tgname) FROM own JOIN pg_trigger ON tgrelid = own.oid
WHERE NOT tgisinternal AND tgenabled <> 'D'
UNION ALL
SELECT 'rule', name, quote_ident(rulename) FROM own JOIN pg_rewrite ON ev_class = own.oid
WHERE rulename <> '_RETURN' AND ev_enabled <> 'D'
UNION ALL
SELECT 'row-level security', name, '' FROM own WHERE relrowsecurity
ORDER BY 1, 2, 3";

impl Examiner<'_> {
    /// Examines triggers, rules and row-level security.
    pub(super) async fn examine_guards(&mut self) -> Result<(), Error> {
        let tables = TABLES.iter().map(|(_, table)| *table).chain(["kept_units"]).collect::<Vec<_>>();
        let guards = query(GUARDS).bind(tables).persistent(false).fetch_all(&mut *self.connection).await?;
        for row in guards {
            let (kind, table, name): (String, String, String) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let qualified = format!("{}{table}", self.qualifier);
            let extra = |kind: &str| {
                Problem::warning(format!(
                    "{kind} {name} of {table} does not belong to the schema and may change what is stored"
                ))
            };
            let problem = match &*kind {
                "disabled trigger" => {
                    Problem::error(format!("triggers of {table} are disabled, so rows may refer to nothing"))
                        .repaired_by(format!("ALTER TABLE {qualified} ENABLE TRIGGER ALL;"))
                }
                "trigger" => extra("trigger").repaired_by(format!("DROP TRIGGER {name} ON {qualified};")),
                "rule" => extra("rule").repaired_by(format!("DROP RULE {name} ON {qualified};")),
                _ => Problem::error(format!(
                    "row-level security of {table} is enabled, so some roles cannot read or change all rows"
                ))
                .repaired_by(format!("ALTER TABLE {qualified} DISABLE ROW LEVEL SECURITY;")),
            };
            self.findings.add(Phase::Triggers, problem);
        }
        Ok(())
    }
}
