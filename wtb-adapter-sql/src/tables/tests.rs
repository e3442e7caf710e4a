//! Every statement, tried on a database: it is prepared, and it uses the index that it says.

use crate::record::{Record, Table, count_of};
use crate::sqlite::newest_schema;
use crate::statement::{Finds, Statement};
use rusqlite::Connection;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionStatus, NodeBoundary,
    NodeBoundaryStatus, NodeVariant, Severity, Workflow,
};

/// The name of a table, its columns as they are bound, and its statements.
type Described = (&'static str, &'static str, Vec<&'static Statement>);

fn table<T: Table>(lookups: &[&'static Statement]) -> Described {
    let own = [T::INSERT, T::LIST, T::GET, T::UPDATE, T::DELETE];
    (T::TABLE, T::BOUND, [&own, lookups].concat())
}

fn tables() -> Vec<Described> {
    let log = [&[AuditEntry::INSERT, AuditEntry::LIST], super::audit_logs::LOOKUPS].concat();
    vec![
        table::<Workflow>(super::workflows::LOOKUPS),
        table::<Execution>(super::executions::LOOKUPS),
        table::<NodeBoundary>(super::node_boundaries::LOOKUPS),
        table::<CheckpointFile>(super::checkpoint_files::LOOKUPS),
        table::<NodeVariant>(super::node_variants::LOOKUPS),
        table::<EvaluationResult>(super::evaluation_results::LOOKUPS),
        (AuditEntry::TABLE, AuditEntry::BOUND, log),
    ]
}

fn statements() -> impl Iterator<Item = &'static Statement> {
    tables().into_iter().flat_map(|(_, _, statements)| statements)
}

/// The numbers of the placeholders in a text, in order of appearance.
fn placeholders(sql: &str) -> Vec<usize> {
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse();
    sql.split('$').skip(1).map(|rest| number(rest).expect("a number after $")).collect()
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| row.get(0)).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

#[test]
fn every_statement_is_prepared_and_numbers_its_arguments_in_order() {
    let connection = newest_schema();
    for Statement { sql, .. } in statements() {
        let prepared = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let placeholders = placeholders(sql);
        assert_eq!(placeholders, (1..=placeholders.len()).collect::<Vec<_>>(), "{sql}");
        assert_eq!(placeholders.len(), prepared.parameter_count(), "{sql}");
    }
}

#[test]
fn every_statement_finds_rows_the_way_it_says() {
    let connection = newest_schema();
    for Statement { sql, finds, .. } in statements() {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Vec<String> =
            plan.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>().unwrap();
        let way = match finds {
            Finds::Nothing => String::new(),
            Finds::ByPlace => " USING INTEGER PRIMARY KEY (rowid>?)".to_owned(),
            Finds::Through(index) => format!(" USING INDEX {index} ("),
        };
        let first = steps.first().map_or("", String::as_str);
        assert_eq!(first.is_empty(), way.is_empty(), "{sql}: {steps:?}");
        assert!(first.contains(&way), "{sql}: {steps:?}");
        // The first step is the table itself, those that follow what refers to a deleted row; a scan or a sort is
        // neither.
        assert!(steps.iter().all(|step| step.starts_with("SEARCH ")), "{sql}: {steps:?}");
        assert!(steps.len() <= 1 || sql.starts_with("DELETE"), "{sql}: {steps:?}");
    }
}

#[test]
fn every_index_is_used_by_a_statement_or_keeps_a_rule() {
    let connection = newest_schema();
    let unused = texts(
        &connection,
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name",
    );
    for index in unused {
        let used =
            statements().any(|statement| matches!(statement.finds, Finds::Through(own) if own == index));
        assert!(used, "{index}");
    }
}

#[test]
fn every_column_is_bound() {
    let connection = newest_schema();
    for (table, bound, _) in tables() {
        let mut columns = texts(&connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
        assert_eq!(columns.remove(0), "seq");
        let mut bound: Vec<_> = bound.split(", ").collect();
        columns.sort_unstable();
        bound.sort_unstable();
        assert_eq!(columns, bound, "{table}");
    }
}

#[test]
fn closed_sets_are_spelt_in_the_schema_as_in_the_domain() {
    let connection = newest_schema();
    let list = |names: Vec<&str>| format!("IN ('{}')", names.join("', '"));
    for (table, expected) in [
        ("executions", list(ExecutionStatus::ALL.iter().map(|one| one.as_str()).collect())),
        ("node_boundaries", list(NodeBoundaryStatus::ALL.iter().map(|one| one.as_str()).collect())),
        ("audit_logs", list(Severity::ALL.iter().map(|one| one.as_str()).collect())),
    ] {
        let schema = texts(&connection, &format!("SELECT sql FROM sqlite_schema WHERE name = '{table}'"));
        assert!(schema[0].contains(&expected), "{table} has no {expected}");
    }
}

#[test]
fn inserts_in_bulk_are_prepared() {
    let connection = newest_schema();
    for (sql, columns) in [
        (crate::sqlite::bulk_text::<Execution>(), count_of(Execution::BOUND)),
        (crate::sqlite::bulk_text::<AuditEntry>(), count_of(AuditEntry::BOUND)),
    ] {
        assert_eq!(connection.prepare(sql).unwrap().parameter_count(), 100 * columns);
    }
}
