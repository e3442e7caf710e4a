//! How SQLite finds the rows of large tables.

use super::super::catalogue::{Catalogue, Reference};
use super::super::large::{LIMIT, ROWS, arguments, asking, filling, sought};
use super::super::statements;
use super::catalogue::catalogue;
use crate::sqlite::newest_schema;
use crate::statement::{Finds, Statement};
use crate::tables::audit_logs::{SETTLED, SETTLED_BY_EXECUTION};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, StatementStatus, params_from_iter};

/// The newest schema with many rows, and what it consists of.
fn filled() -> (Connection, Catalogue) {
    let connection = newest_schema();
    let catalogue = catalogue(&connection);
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (table, shape) in &catalogue {
        connection.execute_batch(&filling(table, shape, "n")).unwrap();
    }
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    (connection, catalogue)
}

/// The arguments with which it matters how a statement finds rows.
fn trials(
    connection: &Connection,
    catalogue: &Catalogue,
    table: &str,
    statement: &Statement,
) -> Vec<Vec<Value>> {
    let values = match statement.finds {
        Finds::Nothing | Finds::ByPlace => vec![Vec::new()],
        Finds::Through(index) => {
            let columns = sought(statement);
            let read = |sql: String| {
                let values = |row: &Row<'_>| (0..columns).map(|column| row.get(column)).collect();
                connection.query_row(&sql, [], values).unwrap()
            };
            asking(table, &catalogue[table].indexes[index], columns).map(read).to_vec()
        }
    };
    let begin = values
        .into_iter()
        .flat_map(|values: Vec<String>| [0, ROWS - 500].map(|after| (values.clone(), after)));
    begin.map(|(values, after)| arguments(statement, values, after)).collect()
}

fn plan(connection: &Connection, sql: &str, arguments: &[Value]) -> Vec<String> {
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let rows = explained.query_map(params_from_iter(arguments), |row| row.get("detail")).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn check_plans(connection: &Connection, catalogue: &Catalogue) {
    for (table, statement) in statements() {
        let way = match statement.finds {
            Finds::Nothing => None,
            Finds::ByPlace => Some(format!("SEARCH {table} USING INTEGER PRIMARY KEY (rowid>?)")),
            Finds::Through(index) => Some(format!("SEARCH {table} USING INDEX {index} (")),
        };
        for arguments in trials(connection, catalogue, table, statement) {
            let steps = plan(connection, statement.sql, &arguments);
            let told = format!("{} with {arguments:?}: {steps:?}", statement.sql);
            assert_eq!(steps.is_empty(), way.is_none(), "{told}");
            if let Some(way) = &way {
                assert!(steps[0].starts_with(way), "{told}");
            }
            // What follows is what refers to a deleted row; a scan or a sort is neither.
            let others = steps.get(1..).unwrap_or_default();
            if statement.sql.starts_with("DELETE ") {
                check_references(catalogue, table, others);
            } else {
                assert_eq!(others, [""; 0], "{told}");
            }
        }
    }
}

/// Whoever refers to a row is found through an index.
fn check_references(catalogue: &Catalogue, table: &str, steps: &[String]) {
    let to_it = |reference: &&Reference| reference.table == table;
    let mut found = 0;
    for (child, shape) in catalogue {
        for Reference { column, .. } in shape.references.iter().filter(to_it) {
            let way = format!("SEARCH {child} USING COVERING INDEX ");
            let through =
                steps.iter().find(|step| step.starts_with(&way) && step.ends_with(&format!(" ({column}=?)")));
            assert!(through.is_some(), "{child}.{column}: {steps:?}");
            found += 1;
        }
    }
    assert_eq!(steps.len(), found, "{steps:?}");
}

#[test]
fn every_statement_finds_rows_the_way_it_says() {
    let (connection, catalogue) = filled();
    check_plans(&connection, &catalogue);
    // Nothing of WTB runs it, but whoever looks after the file may.
    connection.execute_batch("ANALYZE").unwrap();
    check_plans(&connection, &catalogue);
}

#[test]
fn reading_costs_the_same_wherever_a_page_begins_and_however_many_rows_are_alike() {
    let (connection, catalogue) = filled();
    let reading = statements().filter(|(_, statement)| statement.sql.starts_with("SELECT "));
    for (table, statement) in reading {
        for arguments in trials(&connection, &catalogue, table, statement) {
            let mut page = connection.prepare(statement.sql).unwrap();
            let rows = page.query_map(params_from_iter(&arguments), |_| Ok(())).unwrap().count();
            let told = format!("{} with {arguments:?} and {rows} rows", statement.sql);
            assert_eq!(page.get_status(StatementStatus::FullscanStep), 0, "{told}");
            assert_eq!(page.get_status(StatementStatus::Sort), 0, "{told}");
            let steps = page.get_status(StatementStatus::VmStep);
            assert!(usize::try_from(steps).unwrap() < 50 + 40 * rows, "{told}: {steps} steps");
        }
    }
}

#[test]
fn settled_entries_are_found_like_all_entries_and_at_the_same_cost_wherever_a_page_begins() {
    let (connection, _) = filled();
    let of_log = (SETTLED.in_sqlite, "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", vec![]);
    let of_execution = (
        SETTLED_BY_EXECUTION.in_sqlite,
        "USING INDEX audit_logs_by_execution (execution_id=? AND rowid>? AND rowid<?)",
        vec![Value::Text("common".to_owned())],
    );
    for (statement, way, sought) in [of_log, of_execution] {
        for after in [0, ROWS - 500, ROWS] {
            let arguments = [&sought[..], &[0, after, LIMIT].map(Value::Integer)].concat();
            let steps = plan(&connection, statement.sql, &arguments);
            let told = format!("{} with {arguments:?}: {steps:?}", statement.sql);
            let expected = [&format!("SEARCH audit_logs {way}"), "SCALAR SUBQUERY 1", "SEARCH audit_logs"];
            assert_eq!(steps, expected, "{told}");
            let mut page = connection.prepare(statement.sql).unwrap();
            let rows = page.query_map(params_from_iter(&arguments), |_| Ok(())).unwrap().count();
            assert_eq!(page.get_status(StatementStatus::Sort), 0, "{told}");
            let steps = page.get_status(StatementStatus::VmStep);
            assert!(usize::try_from(steps).unwrap() < 60 + 40 * rows, "{told}: {steps} steps");
        }
    }
}
