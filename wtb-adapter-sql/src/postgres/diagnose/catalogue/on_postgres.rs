//! The embedded catalogue against the migrations.

use super::{ACTUAL, EXPECTED};
use crate::DatabaseUrl;
use crate::postgres::{self, PostgresOptions};
use sqlx::{Connection, PgConnection, query_scalar};
use std::path::Path;
use wtb_test_postgres::TestServer;

/// Set by whoever changes a migration.
const UPDATE: &str = "WTB_UPDATE_CATALOGUE";
const FILE: &str = "src/postgres/diagnose/catalogue.txt";

#[tokio::test]
async fn the_embedded_catalogue_is_what_the_migrations_make() {
    let database = TestServer::get().await.unwrap().empty_database().await.unwrap();
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(database.url()).unwrap() else {
        panic!("another database")
    };
    postgres::migrate(&PostgresOptions::new(url)).await.unwrap();
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let tables =
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let tables: Vec<String> = query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let lines: Vec<String> = query_scalar(ACTUAL).bind(tables).fetch_all(&mut connection).await.unwrap();
    let made = lines.join("\n") + "\n";
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE), made).unwrap();
    } else {
        assert!(
            made == EXPECTED,
            "after a change of the migrations, run this test with {UPDATE}=1; they make:\n{made}"
        );
    }
}
