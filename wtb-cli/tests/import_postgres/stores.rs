//! Imports into a PostgreSQL store.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, ROWS};
use crate::python::Python;
use std::process::Child;
use wtb_test_postgres::{TestDatabase, TestServer};

async fn empty() -> TestDatabase {
    TestServer::get().await.unwrap().empty_database().await.unwrap()
}

/// How many of each kind were added.
fn added(answer: &Answer) -> Vec<u64> {
    let report = answer.json();
    let entities = report["entities"].as_array().unwrap();
    entities.iter().map(|counts| counts["added"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn everything_goes_from_one_database_to_another_and_again_changes_nothing() {
    let (python, store) = (Python::new().await, empty().await);
    let first = python.import(&["--store", store.url()]);
    first.assert_done();
    assert_eq!(added(&first), ROWS.map(|(_, rows)| rows));
    let again = python.import(&["--store", store.url()]);
    again.assert_done();
    assert_eq!(added(&again), [0; 7]);
    // Equal in every field to what an SQLite file says.
    let from_the_file = python.bench.wtb(&["import", "python.db", "--json", "--store", store.url()]);
    from_the_file.assert_done();
    assert_eq!(added(&from_the_file), [0; 7]);
}

#[tokio::test]
async fn the_store_may_be_in_the_same_database_in_a_schema_of_its_own() {
    let python = Python::new().await;
    let mut command = python.bench.command(&["import", python.url(), "--json", "--store", python.url()]);
    let answer = Answer::from(command.env("WTB_STORAGE__SCHEMA", "wtb").output().unwrap());
    answer.assert_done();
    assert_eq!(added(&answer), ROWS.map(|(_, rows)| rows));
}

#[tokio::test]
async fn a_source_is_never_the_store() {
    let python = Python::new().await;
    let tables = "SELECT string_agg(relname, ' ' ORDER BY oid) FROM pg_class WHERE oid >= 16384";
    let before = python.text(tables).await;
    let refused = python.import(&["--store", python.url()]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    let sentence = format!(
        "wtb: the settings name {} as the store, and it is a database of the Python system: choose another one, such \
         as --store sqlite:///new.db\n",
        python.name()
    );
    assert_eq!(refused.stderr, sentence);
    assert_eq!(python.text(tables).await, before);
}

#[tokio::test]
async fn a_store_given_as_source_is_told_apart() {
    let (python, store) = (Python::new().await, empty().await);
    python.import(&["--store", store.url()]).assert_done();
    let refusal = python.refusal_from(store.url());
    assert!(
        refusal.ends_with(" is a store of this tool already, not a database of the Python system\n"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_dry_run_makes_nothing_in_an_empty_database() {
    let (python, store) = (Python::new().await, empty().await);
    for _ in 0..2 {
        let trial = python.import(&["--dry-run", "--store", store.url()]);
        trial.assert_done();
        assert_eq!(added(&trial), ROWS.map(|(_, rows)| rows));
    }
    python.import(&["--store", store.url()]).assert_done();
    python.execute("INSERT INTO wtb_audit_logs (timestamp, event_type, severity, message) VALUES (now(), 'a', 'info', 'm')").await;
    for _ in 0..2 {
        let trial = python.import(&["--dry-run", "--store", store.url()]);
        trial.assert_done();
        assert_eq!(added(&trial), [0, 0, 0, 0, 0, 0, 1]);
    }
}

fn started(python: &Python, store: &TestDatabase, count: usize) -> Vec<Child> {
    let import = || python.bench.command(&["import", python.url(), "--json", "--store", store.url()]).spawn();
    (0..count).map(|_| import().unwrap()).collect()
}

fn ended(children: Vec<Child>) -> Vec<Answer> {
    children.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect()
}

#[tokio::test]
async fn imports_at_the_same_time_store_everything_once() {
    let (python, store) = (Python::new().await, empty().await);
    let answers = ended(started(&python, &store, 4));
    for answer in &answers {
        answer.assert_done();
    }
    for (place, (table, rows)) in ROWS.iter().enumerate() {
        let sum: u64 = answers.iter().map(|answer| added(answer)[place]).sum();
        assert_eq!(sum, *rows, "{table}");
    }
}

#[tokio::test]
async fn imports_at_the_same_time_that_only_append_to_the_log_append_once() {
    let (python, store) = (Python::new().await, empty().await);
    python.import(&["--store", store.url()]).assert_done();
    for round in 0..3 {
        let entries = format!(
            "INSERT INTO wtb_audit_logs (execution_id, timestamp, event_type, severity, message)
                SELECT execution_id, timestamp, event_type, severity, 'round {round}' FROM wtb_audit_logs LIMIT 100"
        );
        python.execute(&entries).await;
        let answers = ended(started(&python, &store, 3));
        for answer in &answers {
            answer.assert_done();
        }
        let sum: u64 = answers.iter().map(|answer| added(answer)[6]).sum();
        assert_eq!(sum, 100, "round {round}");
    }
}
