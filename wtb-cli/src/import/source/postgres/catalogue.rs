//! Finds the tables of a PostgreSQL database, and how their rows are asked for.

use super::kind::Kind;
use crate::import::source::{Table, Value, quoted};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row, ValueRef, raw_sql};

/// Every column of every table that a query finds without naming a schema; the oldest table first. A partition is
/// read with its table.
const COLUMNS: &str = "
    SELECT quote_ident(n.nspname) AS schema, c.relname AS table, a.attname AS column,
        has_table_privilege(c.oid, 'SELECT') AS is_readable,
        t.typcategory::text AS category, o.proname AS output, format_type(a.atttypid, NULL) AS type,
        k.indrelid IS NOT NULL AS is_key
    FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        JOIN pg_proc o ON o.oid = t.typoutput
        LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary AND k.indnatts = 1 AND k.indkey[0] = a.attnum
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(c.oid)
    ORDER BY c.oid, a.attnum";

/// Where the Python system writes when it made a row, if its key does not tell.
const MADE_AT: [&str; 2] = ["created_at", "evaluated_at"];

/// How the rows of a table are asked for.
#[derive(Debug)]
pub(super) struct Layout {
    /// Asks for all rows, with every value as text.
    pub(super) rows: String,
    /// Asks how many rows there are.
    pub(super) count: String,
    /// What the texts mean, one for each column.
    pub(super) kinds: Vec<Kind>,
    /// Whether this user may read it.
    pub(super) is_readable: bool,
}

impl Layout {
    /// The values of a row.
    ///
    /// # Errors
    /// If it has another number of columns.
    pub(super) fn values(&self, row: &PgRow) -> sqlx::Result<Vec<Value>> {
        let value = |(at, kind): (usize, &Kind)| {
            let cell = row.try_get_raw(at)?;
            Ok(kind.value(if cell.is_null() { None } else { cell.as_bytes().ok() }))
        };
        self.kinds.iter().enumerate().map(value).collect()
    }
}

#[derive(Debug)]
struct Column {
    schema: String,
    table: String,
    name: String,
    kind: Kind,
    is_key: bool,
    is_readable: bool,
}

/// The tables that there are.
///
/// # Errors
/// If the server says no.
pub(super) async fn read(connection: &mut PgConnection) -> sqlx::Result<Vec<(Table, Layout)>> {
    let rows = raw_sql(COLUMNS).fetch_all(connection).await?;
    let columns: Vec<Column> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| row.try_get::<String, _>(name);
            Ok(Column {
                schema: text("schema")?,
                table: text("table")?,
                name: text("column")?,
                kind: Kind::of(&text("category")?, &text("output")?, &text("type")?),
                is_key: row.try_get("is_key")?,
                is_readable: row.try_get("is_readable")?,
            })
        })
        .collect::<sqlx::Result<_>>()?;
    Ok(columns.chunk_by(|one, next| one.table == next.table).filter_map(table).collect())
}

fn table(columns: &[Column]) -> Option<(Table, Layout)> {
    let first = columns.first()?;
    let place = format!("{}.{}", first.schema, quoted(&first.table));
    let texts: Vec<_> = columns.iter().map(|column| format!("{}::text", quoted(&column.name))).collect();
    let layout = Layout {
        rows: format!("SELECT {} FROM {place} AS found ORDER BY {}", texts.join(", "), order(columns)),
        count: format!("SELECT count(*) FROM {place}"),
        kinds: columns.iter().map(|column| column.kind.clone()).collect(),
        is_readable: first.is_readable,
    };
    let names = columns.iter().map(|column| column.name.clone()).collect();
    Some((Table { name: first.table.clone(), columns: names }, layout))
}

/// The order in which the rows were written: numbers that the database gave away tell it best, then times. The place
/// in the file is a guess, since an update moves a row.
fn order(columns: &[Column]) -> String {
    let number = columns.iter().find(|column| column.is_key && column.kind == Kind::Number);
    let time = || MADE_AT.iter().find_map(|name| columns.iter().find(|column| column.name == *name));
    match number.or_else(time) {
        // Without the name of the table it would be the text that was asked for.
        Some(column) => format!("found.{}, found.ctid", quoted(&column.name)),
        None => "found.ctid".to_owned(),
    }
}
