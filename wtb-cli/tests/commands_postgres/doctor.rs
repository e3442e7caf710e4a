//! `wtb doctor`.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::stored::Stored;
use serde_json::{Value, json};
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
    assert_eq!((&report["healthy"], &report["schema"]["version"]), (&Value::Bool(true), &Value::from(4)));
    assert_eq!(report["store"], stored.shown());
    assert_eq!(named(&report["settings"], "key", "storage.url", "value"), &stored.shown());
    assert_eq!(named(&report["settings"], "key", "storage.pooler", "value"), false);
    for (fact, value) in
        [("database", stored.name().into()), ("schema", "public".into()), ("in_recovery", Value::Bool(false))]
    {
        assert_eq!(named(&report["facts"], "name", fact, "value"), &value, "{fact}");
    }
    for fact in ["size_bytes", "max_connections", "connections"] {
        assert!(named(&report["facts"], "name", fact, "value").as_u64() > Some(0), "{fact}: {report}");
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
async fn each_problem_is_reported_once_with_the_statement_that_repairs_it() {
    let stored = Stored::sample().await;
    stored
        .execute(
            "ALTER TABLE executions DISABLE TRIGGER ALL; DROP INDEX node_variants_by_name;
             SELECT setval('executions_seq_seq', 1)",
        )
        .await;
    let answer = stored.wtb(&["doctor", "--json"]);
    assert_eq!((answer.code, &answer.json()["healthy"]), (Some(1), &Value::Bool(false)));
    let expected = [
        (
            "index node_variants_by_name of node_variants is missing",
            "CREATE UNIQUE INDEX node_variants_by_name ON public.node_variants USING btree (workflow_id, node_id, name);",
        ),
        (
            "triggers of executions are disabled, so rows may refer to nothing",
            "ALTER TABLE public.executions ENABLE TRIGGER ALL;",
        ),
        (
            "the sequence of executions is behind: its next number is 2, but the last row has 31",
            "SELECT setval(pg_get_serial_sequence('public.executions', 'seq'), max(seq)) FROM public.executions;",
        ),
    ];
    let problem = |(message, repair)| json!({ "severity": "error", "message": message, "repair": [repair] });
    assert_eq!(answer.json()["problems"], Value::from(expected.map(problem).to_vec()));
    let text = stored.wtb(&["doctor", "--quick"]).stdout.replace("\n    ", " ");
    for (message, repair) in expected {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&text).contains(&words(&format!("✗ {message} {repair}"))), "{text}");
    }
    for (_, repair) in expected {
        stored.execute(repair).await;
    }
    stored.wtb(&["doctor"]).assert_done();
}

#[tokio::test]
async fn a_store_with_a_warning_is_healthy() {
    let stored = Stored::sample().await;
    stored.execute("CREATE RULE keep AS ON DELETE TO audit_logs DO INSTEAD NOTHING").await;
    let answer = stored.wtb(&["doctor", "--json"]);
    answer.assert_done();
    assert_eq!(answer.json()["problems"][0]["severity"], "warning");
}

#[tokio::test]
async fn a_quick_examination_leaves_out_the_counts() {
    let stored = Stored::sample().await;
    let report = stored.wtb(&["doctor", "--quick", "--json"]).json();
    assert_eq!((&report["healthy"], &report["quick"]), (&Value::Bool(true), &Value::Bool(true)));
    assert_eq!(report["counts"], json!([]));
}

/// What is told about the replica at `url`.
fn problems_reading(stored: &Stored, url: &str) -> Vec<String> {
    let mut command = stored.command_by_variable(&["doctor", "--json"]);
    let answer = stored.run(command.env("WTB_DB_READ_URL", url));
    let report = answer.json();
    assert_eq!((answer.code, &report["healthy"]), (Some(1), &Value::Bool(false)));
    report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["message"].as_str().unwrap().to_owned())
        .collect()
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
