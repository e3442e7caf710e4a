//! What the schema consists of, as SQLite tells it.

use super::super::catalogue::{Catalogue, Column, Index, Kind, Reference, Shape, quoted};
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

/// The newest schema.
pub(in super::super) fn catalogue(connection: &Connection) -> Catalogue {
    let tables = "SELECT name, sql FROM sqlite_schema
        WHERE type = 'table' AND name NOT IN ('sqlite_sequence', 'schema_migrations', 'kept_units')";
    let tables = rows(connection, tables, |row| Ok((row.get(0)?, row.get(1)?)));
    tables
        .into_iter()
        .map(|(name, sql): (String, String)| (name.clone(), shape(connection, &name, &sql)))
        .collect()
}

fn shape(connection: &Connection, table: &str, sql: &str) -> Shape {
    let columns = format!("SELECT name, type, \"notnull\" FROM pragma_table_info('{table}') WHERE pk = 0");
    let references = format!("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list('{table}')");
    let closed = sql.split(" IN (").skip(1).map(|rest| quoted(rest.split(')').next().unwrap_or_default()));
    Shape {
        columns: rows(connection, &columns, |row| {
            let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(Column { kind: kind(&name, &declared, sql), name, nullable: !row.get::<_, bool>(2)? })
        }),
        indexes: indexes(connection, table),
        references: rows(connection, &references, |row| {
            Ok(Reference { column: row.get(0)?, table: row.get(1)?, referred: row.get(2)? })
        })
        .into_iter()
        .collect(),
        closed_sets: closed.filter(|set| !set.is_empty()).collect(),
    }
}

/// Checks and names tell what the declared type does not.
fn kind(column: &str, declared: &str, sql: &str) -> Kind {
    match declared {
        "TEXT" if sql.contains(&format!("json_valid({column})")) => Kind::Document,
        "TEXT" => Kind::Text,
        "REAL" => Kind::Float,
        "INTEGER" if sql.contains(&format!("CHECK ({column} IN (0, 1))")) => Kind::Bool,
        "INTEGER" if column.ends_with("_at") || column == "timestamp" => Kind::Time,
        "INTEGER" => Kind::Integer,
        other => panic!("{column} is {other}"),
    }
}

fn indexes(connection: &Connection, table: &str) -> BTreeMap<String, Index> {
    let indexes = format!(
        "SELECT list.name, \"unique\", sql FROM pragma_index_list('{table}') AS list JOIN sqlite_schema USING (name)"
    );
    let named = rows(connection, &indexes, |row| {
        let (name, unique, sql): (String, bool, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((name, unique, sql.split_once(" WHERE ").map(|(_, only)| only.to_owned())))
    });
    let index = |(name, unique, only): (String, bool, Option<String>)| {
        let columns = format!("SELECT name FROM pragma_index_info('{name}') ORDER BY seqno");
        let columns = rows(connection, &columns, |row| row.get(0));
        (name, Index { unique, columns, only })
    };
    named.into_iter().map(index).collect()
}

fn rows<T>(connection: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = connection.prepare(sql).expect(sql);
    statement.query_map([], read).expect(sql).collect::<Result<_, _>>().expect(sql)
}
