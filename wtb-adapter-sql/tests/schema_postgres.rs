//! Opening databases: empty ones, those of others, those that cannot keep every text, and schemas beside each other.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};
use tokio::task::JoinSet;
use wtb_adapter_sql::postgres::{self, PostgresOptions, SchemaName};
use wtb_adapter_sql::{DatabaseUrl, Migrate, OpenError};
use wtb_contract::samples;
use wtb_ports::{PageLimit, PageRequest, UnitOfWorkFactory};
use wtb_test_postgres::{TestDatabase, TestServer};

const STEPS: [&str; 4] = ["0001_initial", "0002_kept_units", "0003_room_for_updates", "0004_settled_log"];
/// Whatever somebody made in a database.
const MADE: &str = "
    SELECT relname::text FROM pg_class WHERE oid >= 16384 AND relkind = 'r'
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE oid >= 16384 ORDER BY 1";

async fn empty() -> TestDatabase {
    let server = TestServer::get().await.expect("a server");
    server.empty_database().await.expect("a database")
}

fn options(url: &str) -> PostgresOptions {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::Postgres(url)) => PostgresOptions::new(url),
        other => panic!("the url of a test database is not one of postgresql: {other:?}"),
    }
}

fn schema(name: &str) -> SchemaName {
    SchemaName::new(name).expect("a name")
}

async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
}

async fn ask(url: &str, sql: &'static str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    query_scalar(sql).fetch_all(&mut connection).await.expect(sql)
}

async fn refusal(options: PostgresOptions) -> OpenError {
    postgres::open(options).await.expect_err("a refusal")
}

#[tokio::test]
async fn an_empty_database_lacks_everything_and_stays_empty_when_only_verified() {
    let database = empty().await;
    for options in [options(database.url()), options(database.url()).schema(schema("absent"))] {
        let status = postgres::migrations(&options).await.unwrap();
        assert_eq!((status.applied, status.pending), (vec![], STEPS.to_vec()));
        let refused = refusal(options.clone().migrate(Migrate::Verify)).await;
        let expected = format!(
            "the schema of {} lacks 0001_initial, 0002_kept_units, 0003_room_for_updates, 0004_settled_log; run `wtb migrate`",
            options.url
        );
        assert_eq!(refused.to_string(), expected);
    }
    assert_eq!(ask(database.url(), MADE).await, [""; 0]);
}

#[tokio::test]
async fn migrating_can_be_repeated() {
    let database = empty().await;
    let options = options(database.url());
    let first = postgres::migrate(&options).await.unwrap();
    assert_eq!((first.before, first.now), (vec![], STEPS.to_vec()));
    let second = postgres::migrate(&options).await.unwrap();
    assert_eq!((second.before, second.now), (STEPS.to_vec(), vec![]));
    postgres::open(options.migrate(Migrate::Verify)).await.unwrap();
}

#[tokio::test]
async fn a_database_that_has_the_tables_of_a_step_but_no_record_of_it_is_refused() {
    let database = empty().await;
    let options = options(database.url());
    postgres::migrate(&options).await.unwrap();
    for (loss, evidence, step) in [
        ("DELETE FROM schema_migrations WHERE version > 3", "index audit_logs_settled", "0004_settled_log"),
        ("DELETE FROM schema_migrations WHERE version > 1", "table kept_units", "0002_kept_units"),
        ("DROP TABLE schema_migrations", "table workflows", "0001_initial"),
    ] {
        execute(database.url(), loss).await;
        let sentence = format!(
            "{} has {evidence}, but {step} is not recorded as applied: a restore that ended early leaves this; restore \
             the backup again, into an empty database",
            options.url
        );
        assert_eq!(postgres::migrations(&options).await.unwrap_err().to_string(), sentence);
        assert_eq!(postgres::migrate(&options).await.unwrap_err().to_string(), sentence);
    }
}

#[tokio::test]
async fn databases_of_other_programs_are_refused_and_left_as_they_are() {
    for (table, refusal_text) in [
        (
            "wtb_workflows",
            "was written by the python version of wtb; copy it into a new store with `wtb import`",
        ),
        (
            "executions",
            "is the database of another program; name another one, or with storage.schema another schema of it",
        ),
    ] {
        let database = empty().await;
        execute(database.url(), &format!("CREATE TABLE {table} (x int)")).await;
        let options = options(database.url());
        let refused = refusal(options.clone()).await;
        assert_eq!(refused.to_string(), format!("{} {refusal_text}", options.url));
        assert!(postgres::migrations(&options).await.is_err());
        assert!(postgres::migrate(&options).await.is_err());
        assert_eq!(ask(database.url(), MADE).await, [table]);

        // What is in one schema is none of another's business.
        postgres::open(options.schema(schema("ours"))).await.unwrap();
    }
}

#[tokio::test]
async fn tables_of_others_with_other_names_are_no_obstacle() {
    let database = empty().await;
    execute(database.url(), "CREATE TABLE recipes (x int)").await;
    postgres::open(options(database.url())).await.unwrap();
}

#[tokio::test]
async fn databases_that_cannot_keep_every_text_are_refused_with_a_way_out() {
    let database = empty().await;
    for encoding in ["SQL_ASCII", "LATIN1"] {
        let name = format!("{}_{}", database.name(), encoding.to_lowercase());
        let like = "LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0";
        execute(database.url(), &format!("CREATE DATABASE \"{name}\" ENCODING '{encoding}' {like}")).await;
        let options = options(&database.url().replace(database.name(), &name));
        let refused = refusal(options.clone()).await;
        let expected = format!(
            "{} keeps text as {encoding}; make a database with UTF8: createdb --encoding=UTF8 --template=template0",
            options.url
        );
        assert_eq!(refused.to_string(), expected);
        assert!(matches!(postgres::migrations(&options).await, Err(OpenError::Encoding { .. })));
        execute(database.url(), &format!("DROP DATABASE \"{name}\" WITH (FORCE)")).await;
    }
}

#[tokio::test]
async fn twenty_at_once_open_stores_in_a_schema_that_was_not_there() {
    let database = empty().await;
    let options = options(database.url()).schema(schema("team"));
    let mut starters = JoinSet::new();
    for _ in 0..20 {
        let options = options.clone();
        starters.spawn(async move { postgres::open(options).await.map(drop) });
    }
    for opened in starters.join_all().await {
        opened.unwrap();
    }
    assert_eq!(ask(database.url(), "SELECT name FROM team.schema_migrations ORDER BY version").await, STEPS);
}

#[tokio::test]
async fn stores_in_two_schemas_of_one_database_do_not_see_each_other() {
    let database = empty().await;
    for name in ["one", "other"] {
        let store = postgres::open(options(database.url()).schema(schema(name))).await.unwrap();
        let mut unit = store.begin().await.unwrap();
        let first = PageRequest::first(PageLimit::new(10).expect("a limit"));
        assert_eq!(unit.workflows().list_all(first).await.unwrap().items, []);
        unit.workflows().add(samples::workflow("loans")).await.unwrap();
        unit.commit().await.unwrap();
    }
}
