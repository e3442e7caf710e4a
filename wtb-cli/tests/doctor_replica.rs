//! `wtb doctor` on a store that is read from a replica.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

#[path = "import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;

use bench::{Answer, Bench};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar};
use std::process::Command;
use std::time::Duration;
use tokio::time::sleep;
use wtb_test_postgres::{ReplicatedServer, TestDatabase};

/// Between two looks at what cannot be waited for otherwise.
const PAUSE: Duration = Duration::from_millis(10);

/// A database and its replica.
struct Replicated {
    bench: Bench,
    database: TestDatabase,
    servers: ReplicatedServer,
}

impl Replicated {
    async fn new() -> Self {
        let servers = ReplicatedServer::start().await.unwrap();
        let database = servers.empty_database().await.unwrap();
        let this = Self { bench: Bench::new(), database, servers };
        let shown =
            format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{}')", this.database.name());
        while !ask::<bool>(this.servers.replica_url(), &shown).await {
            sleep(PAUSE).await;
        }
        this
    }

    /// What the program answers when it is to read from the replica.
    fn wtb(&self, arguments: &[&str]) -> Answer {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wtb"));
        command.current_dir(self.bench.path("")).env_clear().args(arguments);
        // With `--store` nothing would be read from a replica.
        command.env("WTB_DB_URL", self.database.url());
        command.env("WTB_DB_READ_URL", self.servers.replica_url_of(&self.database));
        command.output().unwrap().into()
    }

    /// What it answers when it succeeds, be it with a warning that the replica lags.
    #[track_caller]
    fn done(&self, arguments: &[&str]) -> Answer {
        let answer = self.wtb(arguments);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        answer
    }

    /// Where the replica is, as it may be shown.
    fn shown(&self) -> String {
        let url = self.servers.replica_url_of(&self.database);
        format!("postgresql://{}", url.rsplit_once('@').unwrap().1)
    }
}

async fn ask<T>(url: &str, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let mut connection = PgConnection::connect(url).await.unwrap();
    let answer = query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    answer
}

fn fact<'a>(report: &'a Value, name: &str) -> &'a Value {
    let facts = report["facts"].as_array().unwrap();
    facts.iter().find(|fact| fact["name"] == name).map_or(&Value::Null, |fact| &fact["value"])
}

#[tokio::test]
async fn the_replica_is_shown_with_how_far_it_is_behind() {
    let replicated = Replicated::new().await;
    let replica = replicated.servers.replica_url_of(&replicated.database);
    replicated.done(&["migrate"]);
    let report = loop {
        let report = replicated.done(&["doctor", "--json"]).json();
        if fact(&report, "replica_lag_bytes") == 0 {
            break report;
        }
        sleep(PAUSE).await;
    };
    assert_eq!(fact(&report, "replica"), &replicated.shown());
    assert_eq!(fact(&report, "replica_in_recovery"), true);
    assert_eq!(fact(&report, "replica_lag_seconds"), 0.0);

    ask::<()>(&replica, "SELECT pg_wal_replay_pause()").await;
    while ask::<String>(&replica, "SELECT pg_get_wal_replay_pause_state()").await != "paused" {
        sleep(PAUSE).await;
    }
    replicated.done(&["import", "python.db"]);
    let report = replicated.done(&["doctor", "--json"]).json();
    // All that the sample takes in the log.
    assert!(fact(&report, "replica_lag_bytes").as_u64().unwrap() > 100_000, "{report}");
    assert!(fact(&report, "replica_lag_seconds").as_f64().unwrap() > 0.0, "{report}");
    let text = replicated.done(&["doctor"]).stdout;
    for name in ["replica", "replica_in_recovery", "replica_lag_bytes", "replica_lag_seconds"] {
        assert!(text.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_replica_that_does_not_answer_is_a_problem() {
    let replicated = Replicated::new().await;
    replicated.done(&["migrate"]);
    replicated.servers.pause_replica().await.unwrap();
    let answer = replicated.wtb(&["doctor", "--json"]);
    replicated.servers.unpause_replica().await.unwrap();
    let report = answer.json();
    assert_eq!((answer.code, &report["healthy"]), (Some(1), &Value::Bool(false)));
    let problems = report["problems"].as_array().unwrap();
    let begin =
        format!("the replica cannot be read: waited in vain for a connection to {}", replicated.shown());
    assert!(problems.len() == 1 && problems[0]["message"].as_str().unwrap().starts_with(&begin), "{report}");
    assert_eq!(fact(&report, "replica"), &replicated.shown());
    assert_eq!(fact(&report, "in_recovery"), false, "the database itself is told as ever");
}
