//! How PostgreSQL finds settled entries of a large log.

use super::super::large::ROWS;
use super::large::Large;
use super::plans::{BUFFERS, MODES, nodes};
use super::{newest, prepare};
use crate::statement::{Finds, Statement};
use crate::tables::audit_logs::{SETTLED, SETTLED_BY_EXECUTION};
use serde_json::Value as Plan;

/// The statements, each with what it looks for.
fn statements() -> [(&'static Statement, &'static [&'static str]); 4] {
    // Where the planner believes that one row is about an execution, any index on that is as good.
    let executions = &["'common', ", "'rare', "];
    [
        (SETTLED.before, &[""]),
        (SETTLED.ended, &[""]),
        (SETTLED_BY_EXECUTION.before, executions),
        (SETTLED_BY_EXECUTION.ended, executions),
    ]
}

/// From the start, from the middle and from the end on, in each of the transactions that a cursor may be in.
fn pages(statement: &Statement) -> Vec<String> {
    let places = [i64::MIN, ROWS / 2, ROWS - 50, i64::MAX].map(|place| format!("'{place}', 100"));
    if statement.sql.contains(" ORDER BY seq ") || statement.sql.contains(" ORDER BY execution_id, seq ") {
        return places.into();
    }
    let in_transaction = |transaction: i64| places.clone().map(|page| format!("{transaction}, {page}"));
    [0, 1, i64::MAX - 1].into_iter().flat_map(in_transaction).collect()
}

/// The parts of a plan that are not there to find where the entries of other servers end.
fn main_parts(plan: &Plan) -> Vec<&Plan> {
    let parts = plan["Plans"].as_array().into_iter().flatten();
    let parts = parts.filter(|part| part["Parent Relationship"] != "InitPlan");
    std::iter::once(plan).chain(parts.flat_map(main_parts)).collect()
}

#[tokio::test]
async fn the_statements_are_prepared() {
    let (_database, mut connection) = newest().await;
    for (statement, _) in statements() {
        let sql = statement.for_postgres();
        assert_eq!(prepare(&mut connection, "", sql).await, super::super::placeholders(sql).len(), "{sql}");
    }
}

#[tokio::test]
async fn settled_entries_are_found_through_one_index_and_at_the_same_cost_wherever_a_page_begins() {
    let mut large = Large::new().await;
    for (statement, sought) in statements() {
        let sql = statement.for_postgres();
        let index = match statement.finds {
            Finds::Through(index) => index,
            Finds::ByPlace => "audit_logs_pkey",
            Finds::Nothing => unreachable!("it reads"),
        };
        let arguments = sought
            .iter()
            .flat_map(|sought| pages(statement).into_iter().map(move |page| format!("{sought}{page}")));
        for arguments in arguments.collect::<Vec<_>>() {
            for mode in MODES {
                large.prepare(mode, &format!("AS {sql}")).await;
                let plan = large.plan("ANALYZE, BUFFERS, ", &arguments).await;
                let told = format!("{sql} with {arguments}, {mode}: {plan:#}");
                for part in main_parts(&plan) {
                    match part["Node Type"].as_str() {
                        Some("Index Scan") => {
                            assert_eq!(part["Index Name"], index, "{told}");
                            let filter = part["Filter"].as_str();
                            assert!(filter.is_none_or(|filter| filter.starts_with("((seq - ")), "{told}");
                        }
                        other => assert!(matches!(other, Some("Limit" | "Result")), "{told}"),
                    }
                }
                for part in nodes(&plan) {
                    let through = part["Index Name"].as_str();
                    assert!(through.is_none_or(|own| own == index || own == "audit_logs_settled"), "{told}");
                }
                let buffers = |kind: &str| plan[kind].as_u64().unwrap();
                let touched = buffers("Shared Hit Blocks") + buffers("Shared Read Blocks");
                assert!(touched < BUFFERS, "{told}");
            }
        }
    }
}
