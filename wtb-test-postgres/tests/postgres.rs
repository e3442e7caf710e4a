//! Databases of the shared server.

#![expect(clippy::expect_used, reason = "this file is tests")]

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use wtb_test_postgres::{ProvideError, TestServer};

async fn server() -> &'static TestServer {
    TestServer::get().await.expect("a server")
}

async fn execute(url: &str, statement: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

async fn number(url: &str, query: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut connection).await.expect("a number")
}

async fn exists(name: &str) -> bool {
    number(server().await.url(), &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")).await
        == 1
}

#[tokio::test]
async fn a_template_is_prepared_once_and_copied_for_each_case() {
    static PREPARED: AtomicU32 = AtomicU32::new(0);
    let prepare = |url: String| async move {
        PREPARED.fetch_add(1, Ordering::Relaxed);
        execute(&url, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)").await
    };
    let server = server().await;
    let (one, other) = tokio::join!(server.template("copied", prepare), server.template("copied", prepare));
    assert_eq!(PREPARED.load(Ordering::Relaxed), 1);
    let one = one.expect("a template").database().await.expect("a copy");
    let other = other.expect("the same template").database().await.expect("another copy");
    execute(one.url(), "INSERT INTO t VALUES (2)").await.expect("a row in one copy");
    assert_eq!(number(one.url(), "SELECT count(*) FROM t").await, 2);
    assert_eq!(number(other.url(), "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn a_template_that_could_not_be_prepared_is_prepared_again() {
    let server = server().await;
    let failed =
        server.template("again", |url| async move { execute(&url, "CREATE TABLE t (n int); x").await });
    let error = failed.await.expect_err("there is no statement x").to_string();
    assert!(error.starts_with("cannot prepare the template: "), "{error}");
    let template =
        server.template("again", |url| async move { execute(&url, "CREATE TABLE t (n int)").await });
    template.await.expect("nothing is left of the first attempt");
}

#[tokio::test]
async fn names_that_postgresql_would_cut_or_quote_are_refused() {
    for name in ["", "A", "with-hyphen", "a_name_of_more_than_thirty_two_bytes"] {
        let template = server().await.template(name, |_| async { Ok::<(), ProvideError>(()) }).await;
        let error = template.expect_err(name).to_string();
        assert!(error.starts_with(&format!("name the template `{name}` with ")), "{error}");
    }
}

#[tokio::test]
async fn a_database_is_dropped_with_everybody_in_it() {
    let database = server().await.empty_database().await.expect("a database");
    let name = database.name().to_owned();
    let still_there = PgConnection::connect(database.url()).await.expect("a connection");
    assert!(exists(&name).await);
    drop(database);
    assert!(!exists(&name).await);
    drop(still_there);
}

#[tokio::test]
async fn a_database_is_dropped_when_its_case_panics() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let case = tokio::spawn(async move {
        let database = server().await.empty_database().await.expect("a database");
        sender.send(database.name().to_owned()).expect("somebody who wants to know");
        panic!("this is what the test is about");
    });
    let name = receiver.await.expect("a name");
    case.await.expect_err("a panic");
    assert!(!exists(&name).await);
}

#[tokio::test]
async fn the_password_is_shown_by_url_only() {
    let server = server().await;
    let database = server.empty_database().await.expect("a database");
    let shown = format!("{server:?} {database:?}");
    assert!(!shown.contains("://"), "{shown}");
    assert!(server.url().contains("://"));
}
