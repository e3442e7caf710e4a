//! Servers of a test's own.

#![expect(clippy::expect_used, reason = "this file is tests")]

use sqlx::{Connection, PgConnection};
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
