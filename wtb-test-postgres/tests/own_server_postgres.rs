//! Servers of a test's own.

#![expect(clippy::expect_used, reason = "this file is tests")]

use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::sleep;
use wtb_test_postgres::OwnServer;

async fn is_true(connection: &mut PgConnection, query: &'static str) -> bool {
    sqlx::query_scalar(query).fetch_one(connection).await.expect("an answer")
}

#[tokio::test]
async fn texts_are_sorted_as_people_do_unless_told_otherwise() {
    let server = OwnServer::start().await.expect("a server");
    let mut connection = PgConnection::connect(server.url()).await.expect("a connection");
    assert!(is_true(&mut connection, "SELECT 'a' < 'B'").await);
    assert!(is_true(&mut connection, r#"SELECT 'a' COLLATE "C" > 'B'"#).await);
}

#[tokio::test]
async fn a_server_of_its_own_ends_with_its_test() {
    let server = OwnServer::start().await.expect("a server");
    let url = server.url().to_owned();
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    drop(server);
    connection.ping().await.expect_err("the server is gone");
    PgConnection::connect(&url).await.expect_err("nobody listens any more");
}

#[tokio::test]
async fn a_restarting_server_that_is_killed_comes_back_with_what_was_committed() {
    let server = OwnServer::restarting().await.expect("a server");
    let mut connection = PgConnection::connect(server.url()).await.expect("a connection");
    let statements = "CREATE TABLE t (n int); INSERT INTO t VALUES (1)";
    sqlx::raw_sql(statements).execute(&mut connection).await.expect("committed");
    server.kill().await.expect("killed");
    // On this machine only the first process is killed; the one of a connection ends as soon as it notices.
    while connection.ping().await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    let mut connection = loop {
        match PgConnection::connect(server.url()).await {
            Ok(connection) => break connection,
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    };
    assert!(is_true(&mut connection, "SELECT n = 1 FROM t").await);
}

#[tokio::test]
async fn a_server_that_would_not_come_back_is_not_killed() {
    let server = OwnServer::start().await.expect("a server");
    server.kill().await.expect_err("it would be gone");
    PgConnection::connect(server.url()).await.expect("a connection");
}
