//! What the schema consists of, as PostgreSQL tells it.

use super::super::catalogue::{Catalogue, Column, Index, Kind, Reference, quoted};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Row, query};

const COLUMNS: &str = "
SELECT relname::text, attname::text, format_type(atttypid, atttypmod), NOT attnotnull
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('schema_migrations', 'kept_units')
  AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('seq', 'xid')
ORDER BY attnum";

const INDEXES: &str = "
SELECT indrelid::regclass::text, indexrelid::regclass::text, indisunique, pg_get_expr(indpred, indrelid),
    ARRAY(
        SELECT attname::text FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place
    )
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace AND relname NOT IN ('schema_migrations', 'kept_units') AND NOT indisprimary
  AND NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey) AND attname = 'xid'
  )";

const REFERENCES: &str = "
SELECT conrelid::regclass::text, referring.attname::text, confrelid::regclass::text, referred.attname::text
FROM pg_constraint
JOIN pg_attribute AS referring ON referring.attrelid = conrelid AND ARRAY[referring.attnum] = conkey
JOIN pg_attribute AS referred ON referred.attrelid = confrelid AND ARRAY[referred.attnum] = confkey
WHERE contype = 'f'";

const CHECKS: &str = "
SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND pg_get_constraintdef(oid) LIKE '%ANY (ARRAY[%'";

/// The schema `public`.
pub(super) async fn catalogue(connection: &mut PgConnection) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for row in rows(connection, COLUMNS).await {
        let column = Column { name: row.get(1), kind: kind(row.get(2)), nullable: row.get(3) };
        catalogue.entry(row.get(0)).or_default().columns.push(column);
    }
    for row in rows(connection, INDEXES).await {
        let (name, unique, only): (String, bool, Option<String>) = (row.get(1), row.get(2), row.get(3));
        let mut columns: Vec<String> = row.get(4);
        // In SQLite the place in a table is a part of every index; here it has to be said.
        if !unique {
            assert_eq!(columns.pop().as_deref(), Some("seq"), "the end of {name}");
        }
        let index = Index { unique, columns, only: only.as_deref().map(plain) };
        catalogue.entry(row.get(0)).or_default().indexes.insert(name, index);
    }
    for row in rows(connection, REFERENCES).await {
        let reference = Reference { column: row.get(1), table: row.get(2), referred: row.get(3) };
        catalogue.entry(row.get(0)).or_default().references.insert(reference);
    }
    for row in rows(connection, CHECKS).await {
        catalogue.entry(row.get(0)).or_default().closed_sets.insert(quoted(row.get(1)));
    }
    catalogue
}

fn kind(declared: &str) -> Kind {
    let kind = Kind::ALL.into_iter().find(|kind| kind.in_postgres() == declared);
    kind.unwrap_or_else(|| panic!("a column is {declared}"))
}

/// A condition without what PostgreSQL adds to it.
fn plain(condition: &str) -> String {
    let condition = condition.replace("::text", "");
    condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&condition).to_owned()
}

async fn rows(connection: &mut PgConnection, sql: &'static str) -> Vec<PgRow> {
    query(sql).fetch_all(connection).await.expect(sql)
}
