//! Rows, columns and tables that the Python system never wrote, in a file that is sound.

use super::store::{TABLES, end_the_endless};
use crate::seed::Numbers;
use rusqlite::{Connection, Result};
use std::path::Path;

/// How many statements change a file at most.
const STATEMENTS: u64 = 6;
/// What no column expects, or few.
const VALUES: &[&str] = &[
    "NULL",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "9e999",
    "-9e999",
    "0.1",
    "''",
    "x'00ff'",
    "CAST(x'ff' AS TEXT)",
    "'a' || char(0) || 'b'",
    "char(27) || '[31m' || char(10, 8238)",
    "'gone'",
    "id",
    "rowid",
    "hex(zeroblob(500000))",
    "(SELECT id FROM wtb_executions ORDER BY id DESC LIMIT 1)",
    "(SELECT id FROM wtb_workflows LIMIT 1)",
    "replace(hex(zeroblob(300000)), '00', '[')",
    "replace(hex(zeroblob(500)), '00', '[') || replace(hex(zeroblob(500)), '00', ']')",
    "replace(hex(zeroblob(20000)), '00', '{\"a\":')",
    "'{\"a\":1,\"a\":2,\"b\":1e400,\"c\":[-0,\"\\ud800\"]}'",
    "'[{\"name\":\"x\",\"value\":1e999}]'",
    "'[{\"name\":\"x\",\"value\":1},null]'",
    "'[1,'",
    "'null'",
    "'NaN'",
    "'true'",
    "'0000-00-00 00:00:00'",
    "'9999-12-31 23:59:59.999999'",
    "'10000-01-01 00:00:00'",
    "'-4713-01-01'",
    "'2026-02-30 00:00:00'",
    "'2026-03-29 02:30:00+99:99'",
    "'2026-03-29T02:30:00.123456789Z'",
    "'infinity'",
    "'running'",
    "'debug'",
];
/// What no schema has, or few; `$t` is a table and `$c` one of its columns.
const SCHEMAS: &[&str] = &[
    "DROP TABLE $t",
    "ALTER TABLE $t RENAME TO other",
    "ALTER TABLE $t DROP COLUMN $c",
    "ALTER TABLE $t RENAME COLUMN $c TO \"a\"\" b; DROP TABLE x\"",
    "ALTER TABLE $t ADD COLUMN bomb GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL",
    "ALTER TABLE $t RENAME COLUMN $c TO was; ALTER TABLE $t ADD COLUMN $c AS (hex(zeroblob(400000000)))",
    "DROP TABLE $t; CREATE TABLE $t (id)",
    "DROP TABLE $t; CREATE TABLE $t (id TEXT PRIMARY KEY, workflow_id, status) WITHOUT ROWID",
    "DROP TABLE $t;
        CREATE VIEW $t AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, id AS $c FROM n",
    "DROP TABLE $t; CREATE VIRTUAL TABLE $t USING fts5(id, $c)",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE $t (' WHERE name = '$t'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = '$t'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1000000 WHERE name = '$t'",
    "PRAGMA journal_mode = WAL",
    "CREATE TRIGGER surprise BEFORE DELETE ON $t BEGIN SELECT hex(zeroblob(400000000)); END",
];

/// Changes the file at `path`, and tells how.
pub(super) fn change(path: &Path, numbers: &mut Numbers) -> Result<String> {
    let mut python = Connection::open(path)?;
    end_the_endless(&mut python)?;
    python.execute_batch("PRAGMA foreign_keys = OFF")?;
    let mut changes = Vec::new();
    for _ in 0..=numbers.below(STATEMENTS) {
        let sql = statement(&python, numbers);
        // What one change left may not bear another.
        if python.execute_batch(&sql).is_ok() {
            changes.push(sql);
        }
    }
    Ok(format!("after {:?}", changes.join("; ")))
}

fn statement(python: &Connection, numbers: &mut Numbers) -> String {
    let (_, _, table) = TABLES[below(TABLES.len(), numbers)];
    let columns = python
        .prepare("SELECT format('\"%w\"', name) FROM pragma_table_info(?1)")
        .and_then(|mut columns| {
            columns.query_map([table], |row| row.get(0))?.collect::<Result<Vec<String>>>()
        })
        .unwrap_or_default();
    let column = columns.get(below(columns.len(), numbers)).map_or("id", String::as_str);
    let value = VALUES[below(VALUES.len(), numbers)];
    match numbers.below(16) {
        0 => SCHEMAS[below(SCHEMAS.len(), numbers)].replace("$t", table).replace("$c", column),
        1 => format!("INSERT INTO {table} SELECT * FROM {table} LIMIT 2"),
        2 => format!("DELETE FROM {table} WHERE rowid % 2 = 0"),
        3 | 4 => format!("UPDATE {table} SET {column} = {value}"),
        _ => {
            let row = numbers.below(5);
            format!(
                "UPDATE {table} SET {column} = {value} WHERE rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {row})"
            )
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is below a length")]
fn below(length: usize, numbers: &mut Numbers) -> usize {
    numbers.below(length.max(1) as u64) as usize
}
