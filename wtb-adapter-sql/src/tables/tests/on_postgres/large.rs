//! A database whose tables have many rows.

use super::super::catalogue::Catalogue;
use super::super::large::{ROWS, arguments, asking, filling, sought};
use super::super::on_sqlite;
use super::upgrade;
use crate::postgres;
use crate::sqlite::newest_schema;
use crate::statement::{Finds, Statement};
use rusqlite::types::Value;
use sqlx::{AssertSqlSafe, Connection, Error, PgConnection, Row, query, raw_sql};
use std::hash::{DefaultHasher, Hash, Hasher};
use wtb_test_postgres::{TestDatabase, TestServer};

pub(super) struct Large {
    pub(super) connection: PgConnection,
    pub(super) catalogue: Catalogue,
    _database: TestDatabase,
}

impl Large {
    /// A copy of the one that is filled once.
    pub(super) async fn new() -> Self {
        // Another test compares both catalogues.
        let catalogue = on_sqlite::catalogue(&newest_schema());
        let fillings = catalogue.iter().map(|(table, shape)| filling(table, shape, "to_timestamp(n)"));
        let fillings: Vec<String> = fillings.collect();
        let mut hasher = DefaultHasher::new();
        let steps = postgres::STEPS.map(|step| step.sql);
        (format!("{catalogue:?}"), &fillings, steps).hash(&mut hasher);
        let name = format!("large_{:016x}", hasher.finish());

        let server = TestServer::get().await.unwrap();
        let template = server.template(&name, |url| fill(url, fillings)).await.unwrap();
        let database = template.database().await.unwrap();
        let connection = PgConnection::connect(database.url()).await.unwrap();
        Self { connection, catalogue, _database: database }
    }

    /// The arguments with which it matters how a statement finds rows, as PostgreSQL writes them.
    pub(super) async fn trials(&mut self, table: &str, statement: &Statement) -> Vec<String> {
        let mut values: Vec<Vec<String>> = Vec::new();
        match statement.finds {
            Finds::Nothing | Finds::ByPlace => values.push(Vec::new()),
            Finds::Through(index) => {
                let columns = sought(statement);
                for sql in asking(table, &self.catalogue[table].indexes[index], columns) {
                    let asked = query(AssertSqlSafe(sql)).persistent(false);
                    let row = asked.fetch_one(&mut self.connection).await.unwrap();
                    values.push((0..columns).map(|column| row.get(column)).collect());
                }
            }
        }
        let begin =
            values.into_iter().flat_map(|values| [0, ROWS - 500].map(|after| (values.clone(), after)));
        begin.map(|(values, after)| literals(&arguments(statement, values, after))).collect()
    }

    pub(super) async fn run(&mut self, sql: &str) {
        run(&mut self.connection, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn fill(url: String, fillings: Vec<String>) -> Result<(), Error> {
    upgrade(&url).await;
    let mut connection = PgConnection::connect(&url).await?;
    // Every reference is right, but not before all tables are filled.
    run(&mut connection, "SET session_replication_role = replica").await?;
    for filling in fillings {
        run(&mut connection, &filling).await?;
    }
    run(&mut connection, "VACUUM ANALYZE").await
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Error> {
    raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

fn literals(values: &[Value]) -> String {
    let literal = |value: &Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("'{text}'"),
        _ => "NULL".to_owned(),
    };
    values.iter().map(literal).collect::<Vec<_>>().join(", ")
}
