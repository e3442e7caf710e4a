//! Tables with so many rows that it matters how they are found, and values to look for in them.

use super::catalogue::{Index, Kind, Shape};
use super::placeholders;
use crate::statement::{Finds, Statement};
use rusqlite::types::Value;

/// Rows in every table.
pub(super) const ROWS: i64 = 30_000;
/// Items on a page.
pub(super) const LIMIT: i64 = 100;

/// Nearly all rows share a value, some have one of their own, and the last ones share one that is rare. As identifiers
/// are made alike, every value refers to something.
const SKEWED: &str = "CASE WHEN n > 29990 THEN 'rare' WHEN n % 10 = 0 THEN 'value ' || n ELSE 'common' END";
/// An identifier that nothing refers to.
pub(super) const UNREFERRED: &str = "value 11";
const OF_ITS_OWN: &str = "CASE n WHEN 1 THEN 'common' WHEN 2 THEN 'rare' ELSE 'value ' || n END";
const ONE_OF_TWO: &str = "CASE WHEN n % 2 = 0 THEN 'common' ELSE 'other' END";
const STATUS: &str = "CASE WHEN n > 29990 THEN 'running' WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END";

/// Fills a table that has this shape; `time` is the moment `n` of the database.
pub(super) fn filling(table: &str, shape: &Shape, time: &str) -> String {
    let names: Vec<_> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    let values: Vec<_> = shape
        .columns
        .iter()
        .map(|column| match (column.kind, column.name.as_str()) {
            (Kind::Text, "status") => STATUS,
            (Kind::Text, "severity") => "'info'",
            (kind, name) => match (kind, place_in_indexes(name, shape)) {
                (Kind::Integer, Some(Place::Last)) => "n",
                (_, Some(Place::First)) => SKEWED,
                (_, Some(Place::Between)) => ONE_OF_TWO,
                (_, Some(Place::Last)) => OF_ITS_OWN,
                (_, None) if column.nullable => "NULL",
                (Kind::Bool, None) => "n % 1000 = 0",
                (Kind::Document, None) => "'{}'",
                (Kind::Float, None) => "0.5",
                (Kind::Integer, None) => "1",
                (Kind::Text, None) => "'text'",
                (Kind::Time, None) => time,
            },
        })
        .collect();
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM (
            WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {ROWS})
            SELECT n FROM counted
        ) AS numbers ORDER BY n",
        names.join(", "),
        values.join(", ")
    )
}

enum Place {
    First,
    Between,
    /// What makes the rows of a unique index differ.
    Last,
}

fn place_in_indexes(column: &str, shape: &Shape) -> Option<Place> {
    let places = shape.indexes.values().filter_map(|index| {
        let place = index.columns.iter().position(|own| own == column)?;
        Some(match place {
            place if index.unique && place + 1 == index.columns.len() => Place::Last,
            0 => Place::First,
            _ => Place::Between,
        })
    });
    // A column of several indexes has the place that leaves all of them satisfiable.
    places.max_by_key(|place| match place {
        Place::First => 0,
        Place::Between => 1,
        Place::Last => 2,
    })
}

/// How many arguments of a statement are what it looks for, not where a page begins and ends.
pub(super) fn sought(statement: &Statement) -> usize {
    let count = placeholders(statement.sql).len();
    match statement.finds {
        Finds::Nothing | Finds::ByPlace => 0,
        Finds::Through(_) if is_list(statement) => count - 2,
        // Beside what it writes, an update is told an identifier and a revision.
        Finds::Through(_) if statement.sql.starts_with("UPDATE ") => 1,
        Finds::Through(_) => count,
    }
}

pub(super) fn is_list(statement: &Statement) -> bool {
    statement.sql.contains(" LIMIT $")
}

/// Asks for values to look for in the first columns of an index: those of the most rows, then those of the fewest.
pub(super) fn asking(table: &str, index: &Index, columns: usize) -> [String; 2] {
    let names = index.columns[..columns].join(", ");
    let of = format!("SELECT {names} FROM {table}");
    if index.unique && columns == index.columns.len() {
        // One row each; these are of a value that most have in the first column, and of one of its own.
        return [1, ROWS - 10].map(|place| format!("{of} WHERE seq = {place}"));
    }
    let only = index.only.as_ref().map_or(String::new(), |only| format!(" WHERE {only}"));
    ["count(*) DESC", "count(*), max(seq) DESC"]
        .map(|order| format!("{of}{only} GROUP BY {names} ORDER BY {order} LIMIT 1"))
}

/// The arguments with which a statement looks for `values`, after a place if it is a list.
pub(super) fn arguments(statement: &Statement, values: Vec<String>, after: i64) -> Vec<Value> {
    let mut arguments: Vec<_> = values.into_iter().map(Value::Text).collect();
    let count = placeholders(statement.sql).len();
    if is_list(statement) {
        arguments.extend([Value::Integer(after), Value::Integer(LIMIT)]);
    } else if statement.sql.starts_with("UPDATE ") {
        let written = vec![Value::Null; count - 2];
        arguments = [written, arguments, vec![Value::Integer(1)]].concat();
    }
    arguments.resize(count, Value::Null);
    arguments
}
