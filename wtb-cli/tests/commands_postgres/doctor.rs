//! `wtb doctor`.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::stored::Stored;
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};

fn named<'a>(list: &'a Value, key: &str, name: &str, value: &str) -> &'a Value {
    let entries = list.as_array().unwrap();
    &entries.iter().find(|entry| entry[key] == name).unwrap()[value]
}

#[tokio::test]
async fn a_healthy_store_tells_its_settings_facts_and_counts() {
    let stored = Stored::sample().await;
    let answer = stored.wtb(&["doctor", "--json"]);
    answer.assert_done();
    let report = answer.json();
    assert_eq!((&report["healthy"], &report["schema"]["version"]), (&Value::Bool(true), &Value::from(3)));
    assert_eq!(report["store"], stored.shown());
    assert_eq!(named(&report["settings"], "key", "storage.url", "value"), &stored.shown());
    assert_eq!(named(&report["settings"], "key", "storage.pooler", "value"), "false");
    for (fact, value) in
        [("database", stored.name()), ("schema", "public"), ("encoding", "UTF8"), ("in_recovery", "false")]
    {
        assert_eq!(named(&report["facts"], "name", fact, "value"), value, "{fact}");
    }
    assert_eq!(named(&report["counts"], "entity", "execution", "count"), 31);
    let text = stored.wtb(&["doctor"]);
    text.assert_done();
    for line in [format!("store {}", stored.shown()), "  database                ".to_owned() + stored.name()]
    {
        assert!(text.stdout.lines().any(|shown| shown == line), "{line}: {}", text.stdout);
    }
}

#[tokio::test]
async fn every_problem_is_told_once() {
    let stored = Stored::sample().await;
    stored
        .execute(
            "ALTER TABLE executions DISABLE TRIGGER ALL;
             ALTER TABLE node_variants ADD CONSTRAINT young CHECK (seq < 0) NOT VALID;
             CREATE INDEX broken ON executions (status);
             UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass",
        )
        .await;
    let answer = stored.wtb(&["doctor", "--json"]);
    assert_eq!((answer.code, &answer.json()["healthy"]), (Some(1), &Value::Bool(false)));
    let report = answer.json();
    let mut problems: Vec<_> =
        report["problems"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    problems.sort_unstable();
    let expected = [
        "a trigger of executions is disabled, so references may be broken",
        "constraint young of node_variants is not validated",
        "index broken is not valid; run REINDEX INDEX broken",
    ];
    assert_eq!(problems, expected);
    let text = stored.wtb(&["doctor"]);
    for problem in expected {
        assert!(text.stdout.contains(&format!("✗ {problem}\n")), "{}", text.stdout);
    }
}

/// What is told about the replica at `url`.
fn problems_reading(stored: &Stored, url: &str) -> Vec<String> {
    let mut command = stored.command_by_variable(&["doctor", "--json"]);
    let answer = stored.run(command.env("WTB_DB_READ_URL", url));
    let report = answer.json();
    assert_eq!((answer.code, &report["healthy"]), (Some(1), &Value::Bool(false)));
    report["problems"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_replica_that_cannot_be_reached_is_a_problem() {
    let stored = Stored::sample().await;
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let problems = problems_reading(&stored, &format!("postgresql://wtb:canary-4711@{address}/wtb"));
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    let begin = format!(
        "the replica cannot be read: waited in vain for a connection to postgresql://{address}/wtb: "
    );
    assert!(problem.starts_with(&begin), "{problem}");
}

#[tokio::test]
async fn a_replica_of_something_else_is_a_problem() {
    let (stored, other) = (Stored::sample().await, Stored::empty().await);
    let (store, replica) = (stored.shown(), other.shown());
    let problem =
        format!("{replica} is no replica of {store}; name one of its replicas for reading, or none");
    assert_eq!(problems_reading(&stored, &other.url), [problem]);
}
