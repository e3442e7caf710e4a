//! Processes that start at once on a PostgreSQL database, and processes that are killed while they start.

#![expect(clippy::unwrap_used, reason = "this file is tests")]

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;
#[path = "../starts/starters.rs"]
mod starters;
#[path = "../commands_postgres/stored.rs"]
#[expect(dead_code, reason = "the tests of the commands use all of it")]
mod stored;

use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use starters::{STEPS, assert_completed, kill, start_at_once, waiting};
use std::time::Duration;
use stored::Stored;

const HISTORY: &str = "SELECT name FROM schema_migrations ORDER BY version";

/// Another session, which has run these statements.
async fn other(stored: &Stored, sql: &str) -> PgConnection {
    let mut other = PgConnection::connect(&stored.url).await.unwrap();
    raw_sql(AssertSqlSafe(sql)).execute(&mut other).await.unwrap();
    other
}

#[tokio::test]
async fn twenty_at_once_upgrade_an_empty_database_once() {
    let stored = Stored::empty().await;
    start_at_once(&stored.bench, &stored.url);
    assert_eq!(stored.ask(HISTORY).await, STEPS);
    stored.wtb(&["doctor"]).assert_done();
}

#[tokio::test]
async fn twenty_at_once_make_a_schema_of_their_own_once() {
    let stored = Stored::empty().await;
    std::fs::write(stored.bench.path("wtb.toml"), "[storage]\nschema = \"team\"\n").unwrap();
    start_at_once(&stored.bench, &stored.url);
    assert_eq!(stored.ask("SELECT name FROM team.schema_migrations ORDER BY version").await, STEPS);
    let tables = "SELECT DISTINCT schemaname::text FROM pg_tables WHERE tablename = 'workflows'";
    assert_eq!(stored.ask(tables).await, ["team"]);
}

#[tokio::test]
async fn whoever_is_killed_in_the_middle_leaves_nothing_half_done() {
    let stored = Stored::empty().await;
    // The step has to wait for this before it can make its second table.
    let other = other(&stored, "BEGIN; CREATE TABLE executions (theirs int)").await;
    let mut killed = stored.bench.command(&["migrate", "--store", &stored.url]).spawn().unwrap();
    let made_and_waits = "SELECT pid::text FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND application_name = 'wtb' AND NOT granted AND query LIKE '%CREATE TABLE workflows%'";
    while stored.ask(made_and_waits).await.is_empty() {
        assert!(killed.try_wait().unwrap().is_none(), "it ended");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    kill(killed);
    other.close().await.unwrap();

    assert_completed(&stored.wtb(&["migrate", "--json"]));
    assert_eq!(stored.ask(HISTORY).await, STEPS);
    stored.wtb(&["import", "python.db"]).assert_done();
    stored.wtb(&["doctor"]).assert_done();
}

#[tokio::test]
async fn whoever_is_killed_while_waiting_leaves_nothing() {
    let stored = Stored::empty().await;
    let other = other(&stored, "SELECT pg_advisory_lock(hashtextextended('wtb schema public', 0))").await;
    kill(waiting(&mut stored.bench.command(&["-v", "migrate", "--store", &stored.url])));
    assert_eq!(stored.made().await, [""; 0]);
    other.close().await.unwrap();
    assert_completed(&stored.wtb(&["migrate", "--json"]));
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_by_every_command_with_a_way_out() {
    let stored = Stored::empty().await;
    stored.wtb(&["migrate"]).assert_done();
    stored.execute("INSERT INTO schema_migrations VALUES (9999, '9999_later', 'abc', now())").await;
    let sentence = format!(
        "wtb: the schema of {} has 9999_later, which this wtb does not know; use a newer wtb\n",
        stored.shown()
    );
    for command in
        [&["migrate"][..], &["migrate", "--check"], &["execution", "list"], &["import", "python.db"]]
    {
        let answer = stored.wtb(command);
        assert_eq!((answer.code, answer.stderr), (Some(1), sentence.clone()), "{command:?}");
    }
}
