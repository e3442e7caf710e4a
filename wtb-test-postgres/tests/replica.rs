//! A server and its streaming replica.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use wtb_test_postgres::ReplicatedServer;

async fn is_true(url: &str, query: &str) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let answer = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}

#[tokio::test]
async fn the_replica_shows_what_is_done_on_the_server_unless_it_is_paused() {
    let servers = ReplicatedServer::start().await.expect("two servers");
    let replica = servers.replica_url();
    assert!(is_true(replica, "SELECT pg_is_in_recovery()").await.expect("an answer"));
    let database = servers.empty_database().await.expect("a database");
    let shown = format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{}')", database.name());
    while !is_true(replica, &shown).await.expect("an answer") {
        sleep(Duration::from_millis(5)).await;
    }

    servers.pause_replica().await.expect("paused");
    let asked = timeout(Duration::from_millis(200), is_true(replica, &shown)).await;
    asked.expect_err("nobody answers");
    servers.unpause_replica().await.expect("goes on");
    assert!(is_true(replica, &shown).await.expect("an answer"));
    servers.kill_replica().await.expect("killed");
    is_true(replica, &shown).await.expect_err("nobody listens");
}
