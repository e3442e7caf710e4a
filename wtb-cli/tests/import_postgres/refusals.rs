//! Databases that cannot be imported from, and what is said about them.

use crate::python::Python;
use sqlx::Connection;

/// A role that every server has and that may do nothing here unless it is granted.
const NOBODY: &str = "pg_signal_backend";

#[tokio::test]
async fn a_user_who_may_read_the_tables_of_the_python_system_may_import() {
    let python = Python::new().await;
    python
        .execute(&format!(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {NOBODY};
             CREATE TABLE wages AS SELECT 1 AS wage"
        ))
        .await;
    let answer = python.import_from(&python.url_with("role", NOBODY), &[]);
    answer.assert_done();
    assert_eq!(answer.counts("execution"), [31, 0, 0]);
    assert_eq!(
        answer.json()["no_home"]["tables"].as_array().unwrap().len(),
        2,
        "others' tables are not counted"
    );
}

#[tokio::test]
async fn a_table_that_may_not_be_read_is_named() {
    let python = Python::new().await;
    python.execute(&format!("GRANT SELECT ON wtb_workflows TO {NOBODY}")).await;
    assert_eq!(
        python.refusal_from(&python.url_with("role", NOBODY)),
        "wtb: DATABASE cannot be read by this user: permission denied for table wtb_executions\n"
    );
}

#[tokio::test]
async fn rows_that_a_policy_hides_are_not_left_out_silently() {
    let python = Python::new().await;
    python
        .execute(&format!(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {NOBODY};
             ALTER TABLE wtb_executions ENABLE ROW LEVEL SECURITY;
             CREATE POLICY failed_only ON wtb_executions USING (status = 'failed')"
        ))
        .await;
    assert_eq!(
        python.refusal_from(&python.url_with("role", NOBODY)),
        "wtb: DATABASE cannot be read by this user: query would be affected by row-level security policy for table \
         \"wtb_executions\"\n"
    );
}

#[tokio::test]
async fn a_table_that_is_being_changed_is_not_waited_for_without_end() {
    let python = Python::new().await;
    let lock = python.locked("wtb_audit_logs").await;
    let refusal = python.refusal_from(python.url());
    assert_eq!(refusal, "wtb: DATABASE is being changed by another program: try again when it is done\n");
    lock.close().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_breaks_is_told() {
    let python = Python::new().await;
    let _lock = python.locked("wtb_audit_logs").await;
    let import = python.bench.command(&["import", python.url()]).spawn().unwrap();
    python.import_waits().await;
    python
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'wtb import'",
        )
        .await;
    let answer: crate::bench::Answer = import.wait_with_output().unwrap().into();
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
    assert_eq!(answer.stderr, format!("wtb: contact with {} was lost: try again\n", python.name()));
}

#[tokio::test]
async fn what_is_no_database_of_the_python_system_is_told_what_it_is() {
    let python = Python::new().await;
    let refusal_with = |path: &str| python.refusal_from(&python.url_with("search_path", path));
    let nothing_known = "wtb: DATABASE is not a database of the Python system: it has no tables wtb_workflows and \
        wtb_executions\n";
    assert_eq!(refusal_with("nowhere"), nothing_known);
    python.execute("CREATE SCHEMA half; CREATE TABLE half.wtb_workflows (id text)").await;
    assert_eq!(refusal_with("half"), nothing_known);
    python
        .execute(
            "CREATE SCHEMA agentgit; CREATE TABLE agentgit.internal_sessions (id int);
             CREATE TABLE agentgit.checkpoints (id int)",
        )
        .await;
    assert_eq!(
        refusal_with("agentgit"),
        "wtb: DATABASE is an AgentGit database; import the wtb.db that belongs to it\n"
    );
}

#[tokio::test]
async fn a_missing_database_is_named() {
    let python = Python::new().await;
    let absent = python.url().replace(python.database_name(), "absent");
    let refusal = python.refusal_from(&absent);
    assert!(refusal.starts_with("wtb: cannot connect to postgresql://"), "{refusal}");
    assert!(refusal.ends_with("/absent: database \"absent\" does not exist\n"), "{refusal}");
}
