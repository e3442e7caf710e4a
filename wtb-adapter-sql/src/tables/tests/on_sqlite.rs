//! Every table and every statement on SQLite.

mod catalogue;
mod plans;

use super::{statements, tables};
use crate::record::count_of;
use crate::sqlite::newest_schema;
use crate::statement::{Finds, Statement};
pub(super) use catalogue::catalogue;
use wtb_domain::{ExecutionStatus, NodeBoundaryStatus, Severity};

#[test]
fn every_statement_is_prepared() {
    let connection = newest_schema();
    for (_, Statement { sql, .. }) in statements() {
        let prepared = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(prepared.parameter_count(), super::placeholders(sql).len(), "{sql}");
    }
    for table in tables() {
        let prepared = connection.prepare(table.sqlite_inserts).unwrap();
        assert_eq!(prepared.parameter_count(), 100 * count_of(table.bound), "{}", table.name);
    }
}

#[test]
fn every_column_is_bound() {
    let catalogue = catalogue(&newest_schema());
    for table in tables() {
        let mut columns: Vec<_> =
            catalogue[table.name].columns.iter().map(|column| column.name.as_str()).collect();
        let mut bound: Vec<_> = table.bound.split(", ").collect();
        columns.sort_unstable();
        bound.sort_unstable();
        assert_eq!(columns, bound, "{}", table.name);
    }
}

#[test]
fn every_index_is_used_by_a_statement_or_keeps_a_rule() {
    for shape in catalogue(&newest_schema()).values() {
        for (name, index) in &shape.indexes {
            let used = statements().any(|(_, one)| matches!(one.finds, Finds::Through(own) if own == name));
            assert!(used || index.unique, "{name}");
        }
    }
}

#[test]
fn closed_sets_are_spelt_in_the_schema_as_in_the_domain() {
    let catalogue = catalogue(&newest_schema());
    let sorted = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names
    };
    for (table, expected) in [
        ("executions", sorted(ExecutionStatus::ALL.iter().map(|one| one.as_str()).collect())),
        ("node_boundaries", sorted(NodeBoundaryStatus::ALL.iter().map(|one| one.as_str()).collect())),
        ("audit_logs", sorted(Severity::ALL.iter().map(|one| one.as_str()).collect())),
    ] {
        assert!(catalogue[table].closed_sets.iter().eq([&expected]), "{table} has no {expected:?}");
    }
}
