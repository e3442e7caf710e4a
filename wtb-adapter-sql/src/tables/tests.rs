//! Every table and every statement, tried on both databases.

mod catalogue;
mod large;
mod on_postgres;
mod on_sqlite;

use crate::constraints::UniqueIndex;
use crate::record::{Record, Table, count_of};
use crate::statement::{Finds, Statement};
use crate::{postgres, sqlite};
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

/// A table and all that is sent about it.
struct Described {
    name: &'static str,
    /// Its columns as they are bound.
    bound: &'static str,
    statements: Vec<&'static Statement>,
    /// The insert of many rows into SQLite.
    sqlite_inserts: &'static str,
    /// The insert of many rows into PostgreSQL.
    postgres_inserts: &'static str,
    /// The same, which inserts nothing where the unit sees a row in the way.
    postgres_inserts_guarded: &'static str,
    /// How PostgreSQL looks for rows in the way of many.
    postgres_sees: Option<&'static str>,
    /// The columns of its unique indexes.
    postgres_keys: Vec<&'static str>,
    /// How PostgreSQL reads the rows with the ids of a list.
    postgres_reads_each: Option<&'static str>,
    /// How PostgreSQL measures what a statement lists that has so many parameters.
    postgres_measures: fn(&str, usize) -> String,
}

fn described<R: Record>(lookups: &[&'static Statement]) -> Described {
    Described {
        name: R::TABLE,
        bound: R::BOUND,
        statements: [&[R::INSERT, R::LIST], lookups].concat(),
        sqlite_inserts: sqlite::bulk_text::<R>(),
        postgres_inserts: postgres::insert_text::<R>(),
        postgres_inserts_guarded: postgres::guarded_insert_text::<R>(),
        postgres_sees: postgres::seen_text::<R>(),
        postgres_keys: UniqueIndex::of(R::ENTITY).map(|index| index.field).collect(),
        postgres_reads_each: None,
        postgres_measures: postgres::measuring_text::<R>,
    }
}

fn table<T: Table>(lookups: &[&'static Statement]) -> Described {
    let own = [T::GET, T::UPDATE, T::DELETE];
    Described {
        postgres_reads_each: Some(postgres::read_each_text::<T>()),
        ..described::<T>(&[&own, lookups].concat())
    }
}

fn tables() -> [Described; 7] {
    [
        table::<Workflow>(super::workflows::LOOKUPS),
        table::<Execution>(super::executions::LOOKUPS),
        table::<NodeBoundary>(super::node_boundaries::LOOKUPS),
        table::<CheckpointFile>(super::checkpoint_files::LOOKUPS),
        table::<NodeVariant>(super::node_variants::LOOKUPS),
        table::<EvaluationResult>(super::evaluation_results::LOOKUPS),
        described::<AuditEntry>(super::audit_logs::LOOKUPS),
    ]
}

/// The table of an entity.
#[test]
fn every_kind_has_its_table() {
    assert_eq!(super::TABLES.map(|(kind, _)| kind), EntityKind::ALL);
}

/// Every statement with its table.
fn statements() -> impl Iterator<Item = (&'static str, &'static Statement)> {
    tables().into_iter().flat_map(|table| table.statements.into_iter().map(move |one| (table.name, one)))
}

/// The numbers of the placeholders in a text, in order of first appearance.
fn placeholders(sql: &str) -> Vec<usize> {
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse();
    let mut numbers = Vec::new();
    for number in sql.split('$').skip(1).map(|rest| number(rest).expect("a number after $")) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

#[test]
fn every_text_numbers_its_arguments_in_order_and_takes_the_same_on_both_databases() {
    for (_, statement) in statements() {
        let numbers = placeholders(statement.sql);
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "{}", statement.sql);
        assert_eq!(placeholders(statement.for_postgres()), numbers, "{}", statement.for_postgres());
        if let Some(guarded) = statement.guarded {
            assert_eq!(placeholders(guarded.sql), numbers, "{}", guarded.sql);
        }
    }
    for table in tables() {
        let columns = count_of(table.bound);
        for sql in [table.postgres_inserts, table.postgres_inserts_guarded] {
            assert_eq!(placeholders(sql), (1..=columns).collect::<Vec<_>>(), "{sql}");
        }
    }
}

#[test]
fn every_statement_that_reads_a_list_is_told_where_to_go_on_and_where_to_stop() {
    for (_, statement) in statements().filter(|(_, statement)| statement.sql.contains(" LIMIT $")) {
        for sql in [statement.sql, statement.for_postgres()] {
            let last = placeholders(sql).len();
            assert!(sql.ends_with(&format!("seq LIMIT ${last}")) && sql.contains("ORDER BY "), "{sql}");
        }
        assert_ne!(statement.finds, Finds::Nothing, "{}", statement.sql);
    }
}
