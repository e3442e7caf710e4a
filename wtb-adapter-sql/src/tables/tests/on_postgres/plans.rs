//! How PostgreSQL finds the rows of large tables.

use super::super::catalogue::Catalogue;
use super::super::large::{ROWS, arguments, asking, filling, is_list, sought};
use super::super::{statements, tables};
use super::catalogue::catalogue;
use super::newest;
use crate::statement::{Finds, Statement};
use rusqlite::types::Value;
use serde_json::Value as Plan;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, query, query_scalar, raw_sql};
use tokio::task::JoinSet;
use wtb_test_postgres::TestDatabase;

/// More than any page needs, less than any table has.
const BUFFERS: u64 = 60;

/// A database with the newest schema and many rows, and what it consists of.
async fn filled() -> (TestDatabase, PgConnection, Catalogue) {
    let (database, mut connection) = newest().await;
    let catalogue = catalogue(&mut connection).await;
    let mut fills = JoinSet::new();
    for (table, shape) in &catalogue {
        let (url, filling) = (database.url().to_owned(), filling(table, shape, "to_timestamp(n)"));
        fills.spawn(async move {
            // Every reference is right, but not before all tables are filled.
            let text = format!("SET session_replication_role = replica; {filling}");
            run(&mut PgConnection::connect(&url).await.unwrap(), &text).await;
        });
    }
    fills.join_all().await;
    run(&mut connection, "VACUUM ANALYZE").await;
    (database, connection, catalogue)
}

async fn run(connection: &mut PgConnection, sql: &str) {
    let done = raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The arguments with which it matters how a statement finds rows, as PostgreSQL writes them.
async fn trials(
    connection: &mut PgConnection,
    catalogue: &Catalogue,
    table: &str,
    statement: &Statement,
) -> Vec<String> {
    let mut values: Vec<Vec<String>> = Vec::new();
    match statement.finds {
        Finds::Nothing | Finds::ByPlace => values.push(Vec::new()),
        Finds::Through(index) => {
            let (index, columns) = (&catalogue[table].indexes[index], sought(statement));
            for common in [true, false] {
                let sql = asking(table, index, columns, common);
                let row = query(AssertSqlSafe(sql)).fetch_one(&mut *connection).await.unwrap();
                values.push((0..columns).map(|column| row.get(column)).collect());
            }
        }
    }
    let begin = values.into_iter().flat_map(|values| [0, ROWS - 500].map(|after| (values.clone(), after)));
    begin.map(|(values, after)| literals(&arguments(statement, values, after))).collect()
}

fn literals(values: &[Value]) -> String {
    let literal = |value: &Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("'{text}'"),
        _ => "NULL".to_owned(),
    };
    values.iter().map(literal).collect::<Vec<_>>().join(", ")
}

/// The plan of the prepared statement `tried`.
async fn plan(connection: &mut PgConnection, options: &str, arguments: &str) -> Plan {
    let explain = format!("EXPLAIN ({options}FORMAT JSON) EXECUTE tried ({arguments})");
    let told: String =
        query_scalar(AssertSqlSafe(explain)).persistent(false).fetch_one(connection).await.unwrap();
    serde_json::from_str::<Plan>(&told).unwrap()[0]["Plan"].take()
}

async fn prepare(connection: &mut PgConnection, mode: &str, types: &str, sql: &str) {
    let text = format!("DEALLOCATE ALL; SET plan_cache_mode = {mode}; PREPARE tried {types} AS {sql}");
    run(connection, &text).await;
}

/// The plan and all that it is made of.
fn nodes(plan: &Plan) -> Vec<&Plan> {
    let parts = plan["Plans"].as_array().into_iter().flatten();
    std::iter::once(plan).chain(parts.flat_map(nodes)).collect()
}

#[tokio::test]
async fn every_statement_finds_rows_the_way_it_says() {
    let (_database, mut connection, catalogue) = filled().await;
    for (table, statement) in statements() {
        let way = match statement.finds {
            Finds::Nothing => None,
            Finds::ByPlace => Some(format!("{table}_pkey")),
            Finds::Through(index) => Some(index.to_owned()),
        };
        // Which one the server chooses depends on how often the statement was executed, and on what it costed.
        for mode in ["force_generic_plan", "force_custom_plan"] {
            prepare(&mut connection, mode, "", statement.for_postgres()).await;
            for arguments in trials(&mut connection, &catalogue, table, statement).await {
                let plan = plan(&mut connection, "", &arguments).await;
                let told = format!("{} with {arguments}, {mode}: {plan:#}", statement.for_postgres());
                let mut through = None;
                for node in nodes(&plan) {
                    match node["Node Type"].as_str().unwrap() {
                        "Index Scan" => {
                            assert_eq!(through, None, "{told}");
                            through = node["Index Name"].as_str().map(str::to_owned);
                            // What has one identifier is one row, so that a condition on it removes nothing else.
                            let one_row = statement.sql.starts_with("UPDATE ");
                            assert!(one_row || node["Filter"].is_null(), "{told}");
                        }
                        "Limit" | "ModifyTable" => {}
                        "Result" if way.is_none() => {}
                        _ => panic!("{told}"),
                    }
                }
                assert_eq!(through, way, "{told}");
            }
        }
    }
}
