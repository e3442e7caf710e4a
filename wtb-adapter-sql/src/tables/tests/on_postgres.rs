//! Every table and every statement on PostgreSQL.

mod catalogue;
mod large;
mod plans;
mod settled;

use super::{on_sqlite, statements, tables};
use crate::DatabaseUrl;
use crate::constraints::{FOREIGN_KEYS, UNIQUE_INDEXES, UniqueIndex};
use crate::postgres::{self, PostgresOptions};
use crate::sqlite::newest_schema;
use crate::tables::table_of;
use large::Large;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, query, query_as, query_scalar, raw_sql};
use std::collections::BTreeSet;
use wtb_test_postgres::{TestDatabase, TestServer};

/// Gives a database the newest schema.
async fn upgrade(url: &str) {
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(url).unwrap() else { panic!("another database") };
    postgres::migrate(&PostgresOptions::new(url)).await.unwrap();
}

/// A database with the newest schema, and a connection to it.
async fn newest() -> (TestDatabase, PgConnection) {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    upgrade(database.url()).await;
    let connection = PgConnection::connect(database.url()).await.unwrap();
    (database, connection)
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_indexes_references_and_closed_sets() {
    let (_database, mut connection) = newest().await;
    let here = catalogue::catalogue(&mut connection).await;
    let there = on_sqlite::catalogue(&newest_schema());
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    for (table, shape) in &here {
        assert_eq!(shape, &there[table], "{table}");
    }
}

#[tokio::test]
async fn every_unique_index_and_foreign_key_has_a_meaning() {
    let (_database, mut connection) = newest().await;
    let indexes = "
        SELECT relname::text, indrelid::regclass::text, (
            SELECT string_agg(attname, ', ' ORDER BY place)
            FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
            JOIN pg_attribute ON attrelid = indrelid AND attnum = number
        )
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary
          AND indrelid <> 'schema_migrations'::regclass";
    let indexes: Vec<(String, String, String)> = query_as(indexes).fetch_all(&mut connection).await.unwrap();
    let known =
        UNIQUE_INDEXES.iter().map(|UniqueIndex { name, entity, field }| (*name, table_of(*entity), *field));
    assert_same(indexes, known);

    let keys = "SELECT conname::text, conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
    let keys: Vec<(String, String, String)> = query_as(keys).fetch_all(&mut connection).await.unwrap();
    let known = FOREIGN_KEYS.iter();
    assert_same(keys, known.map(|key| (key.name, key.tables().0, key.tables().1)));
    for key in &FOREIGN_KEYS {
        assert_eq!(key.name, format!("{}_{}_fkey", key.tables().0, key.column));
    }
}

fn assert_same<'a>(
    stored: Vec<(String, String, String)>,
    known: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
) {
    let known: BTreeSet<_> = known.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).collect();
    assert_eq!(BTreeSet::from_iter(stored), known);
}

#[tokio::test]
async fn what_is_looked_up_is_compared_byte_by_byte() {
    let (_database, mut connection) = newest().await;
    let otherwise = "
        SELECT indexrelid::regclass || ' on ' || attname
        FROM pg_index CROSS JOIN unnest(indkey, indcollation) AS key (number, compares)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = number
        WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
          AND atttypid = 'text'::regtype AND compares <> '\"C\"'::regcollation";
    let otherwise: Vec<String> = query_scalar(otherwise).fetch_all(&mut connection).await.unwrap();
    assert_eq!(otherwise, [""; 0]);
}

#[tokio::test]
async fn an_update_of_an_execution_that_leaves_the_indexed_columns_alone_touches_no_index() {
    let mut large = Large::new().await;
    large.run("BEGIN; UPDATE executions SET revision = revision + 1 WHERE seq % 100 = 0").await;
    let sql = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'executions'";
    let (all, in_their_pages): (i64, i64) = query_as(sql).fetch_one(&mut large.connection).await.unwrap();
    assert_eq!((all, in_their_pages), (300, 300));
}

#[tokio::test]
async fn every_statement_is_prepared() {
    let (_database, mut connection) = newest().await;
    for (_, statement) in statements() {
        for sql in statement.guarded.map(|guarded| guarded.sql).into_iter().chain([statement.for_postgres()])
        {
            let count = prepare(&mut connection, "", sql).await;
            assert_eq!(count, super::placeholders(sql).len(), "{sql}");
        }
    }
    let catalogue = catalogue::catalogue(&mut connection).await;
    for table in tables() {
        let arrays =
            table.bound.split(", ").map(|name| catalogue[table.name].column(name).kind.in_postgres());
        let arrays: Vec<_> = arrays.map(|kind| format!("{kind}[]")).collect();
        for sql in [table.postgres_inserts, table.postgres_inserts_guarded] {
            let count = prepare(&mut connection, &format!("({})", arrays.join(", ")), sql).await;
            assert_eq!(count, arrays.len(), "{sql}");
        }
        if let Some(sql) = table.postgres_reads_each {
            assert_eq!(prepare(&mut connection, "(text[])", sql).await, 1, "{sql}");
        }
        for statement in table.statements.iter().filter(|statement| statement.sql.contains(" LIMIT $")) {
            let listed = statement.for_postgres();
            let parameters = super::placeholders(listed).len() + 1;
            let sql = (table.postgres_measures)(listed, parameters);
            assert_eq!(prepare(&mut connection, "", &sql).await, parameters, "{sql}");
        }
    }
}

/// Prepares a statement as `tried` and answers the number of its parameters.
async fn prepare(connection: &mut PgConnection, types: &str, sql: &str) -> usize {
    let text = format!("DEALLOCATE ALL; PREPARE tried {types} AS {sql}");
    let prepared = raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await;
    prepared.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let parameters = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'tried'";
    let count: i32 = query(parameters).persistent(false).fetch_one(connection).await.unwrap().get(0);
    count.try_into().unwrap()
}
