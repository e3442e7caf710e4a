//! Stores that cannot be used: each is one sentence that says what to do, and shows no secret.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::READERS;
use crate::stored::Stored;
use serde_json::Value;

const READ: &[&str] = &["execution", "list"];
const MIGRATE: &[&str] = &["migrate"];
const IMPORT: &[&str] = &["import", "python.db"];

/// Each command fails with one sentence, and the doctor tells the same.
#[track_caller]
fn assert_told(stored: &Stored, commands: &[&[&str]], beginning: &str) {
    for &command in commands {
        let answer = stored.wtb(command);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{command:?}");
        assert_eq!(answer.stderr.lines().count(), 1, "{command:?}: {}", answer.stderr);
        assert!(answer.stderr.starts_with(&format!("wtb: {beginning}")), "{command:?}: {}", answer.stderr);
        assert_eq!(stored.wtb(&[command, &["-vv"]].concat()).code, Some(1), "{command:?}");
    }
}

#[track_caller]
fn assert_doctor_tells(stored: &Stored, beginning: &str) {
    let doctor = stored.wtb(&["doctor", "--json"]);
    let report = doctor.json();
    let problem = report["problems"][0]["message"].as_str().unwrap();
    assert_eq!(doctor.code, Some(1));
    assert!(problem.starts_with(beginning), "{problem}");
}

#[tokio::test]
async fn a_server_that_is_down() {
    let stored = Stored::empty().await.at("postgresql://wtb:canary-4711@127.0.0.1:9/wtb");
    let beginning = "cannot connect to postgresql://127.0.0.1:9/wtb: Connection refused";
    assert_told(&stored, &[READ, MIGRATE, IMPORT], beginning);
    assert_doctor_tells(&stored, beginning);
}

#[tokio::test]
async fn somebody_whom_the_server_does_not_know() {
    let stored = Stored::empty().await.with("user=nobody_4711&password=canary-4711");
    let beginning = format!("cannot connect to {}: ", stored.shown());
    assert_told(&stored, &[READ, MIGRATE, IMPORT], &beginning);
    assert_doctor_tells(&stored, &beginning);
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    let stored = Stored::empty().await;
    let elsewhere = |text: &str| text.replace(stored.name(), "no_such_database");
    let (url, shown) = (elsewhere(&stored.url), elsewhere(&stored.shown()));
    let stored = stored.at(&url);
    let sentence = format!("cannot connect to {shown}: database \"no_such_database\" does not exist");
    assert_told(&stored, &[READ, MIGRATE, IMPORT], &sentence);
    assert_doctor_tells(&stored, &sentence);
}

#[tokio::test]
async fn a_role_that_may_not_make_tables() {
    let stored = Stored::empty().await;
    stored.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC").await;
    // Every server has this role.
    let stored = stored.with("options=-c%20role%3Dpg_monitor");
    let sentence = format!(
        "this role lacks a right in {}: permission denied for schema public; grant it, or run `wtb migrate` as a role \
         that has it",
        stored.shown()
    );
    assert_told(&stored, &[MIGRATE, IMPORT], &sentence);
    let pending = format!(
        "the schema of {} lacks 0001_initial, 0002_kept_units, 0003_room_for_updates, 0004_settled_log; run `wtb migrate`",
        stored.shown()
    );
    assert_told(&stored, &[READ], &pending);
}

#[tokio::test]
async fn a_role_that_may_not_read() {
    let stored = Stored::sample().await.with("options=-c%20role%3Dpg_monitor");
    let sentence = format!(
        "this role lacks a right in {}: permission denied for table schema_migrations;",
        stored.shown()
    );
    assert_told(&stored, &[READ, MIGRATE, IMPORT], &sentence);
    assert_doctor_tells(&stored, &sentence);
}

#[tokio::test]
async fn a_role_that_may_only_read_reads_everything_and_is_told_which_right_it_lacks_to_write() {
    let stored = Stored::sample().await;
    stored.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor").await;
    let stored = stored.with("options=-c%20role%3Dpg_monitor");
    for command in READERS.into_iter().chain([MIGRATE, &["migrate", "--check"], &["doctor", "--quick"]]) {
        stored.wtb(command).assert_done();
    }
    let shown = stored.shown();
    stored.bench.change_python("UPDATE wtb_workflows SET version = '2', id = 'other'");
    let refused = stored.wtb(IMPORT);
    let sentence = "wtb: the store cannot be written: permission denied for table workflows (add to workflows); connect as \
                    a role that has the right, or grant it, so nothing of python.db was imported\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(1), sentence), "{shown}");
    let document: Value =
        serde_json::from_str(&stored.wtb(&["import", "python.db", "--json"]).stderr).unwrap();
    assert_eq!(document["error"]["kind"], "permission_denied");
}

#[tokio::test]
async fn what_the_server_says_is_shown_without_the_line_of_its_source() {
    let stored = Stored::empty().await;
    stored.wtb(MIGRATE).assert_done();
    stored
        .execute(
            "DROP INDEX audit_logs_settled, audit_logs_settled_by_execution;
             DELETE FROM schema_migrations WHERE version = 4",
        )
        .await;
    let sentence = format!(
        "wtb: 0004_settled_log failed and left {} as it was\n  \
           because column \"xid\" of relation \"audit_logs\" already exists\n",
        stored.shown()
    );
    assert_eq!(stored.wtb(MIGRATE).stderr, sentence);
}

#[tokio::test]
async fn a_database_of_the_python_system() {
    let stored = Stored::empty().await;
    stored.execute("CREATE TABLE wtb_workflows (id INT)").await;
    let sentence = format!(
        "{} was written by the python version of wtb; copy it into a new store with `wtb import`",
        stored.shown()
    );
    assert_told(&stored, &[READ, MIGRATE], &sentence);
    assert_doctor_tells(&stored, &sentence);
}

#[tokio::test]
async fn a_database_of_another_program() {
    let stored = Stored::empty().await;
    stored.execute("CREATE TABLE workflows (id INT)").await;
    let sentence = format!(
        "{} is the database of another program; name another one, or with storage.schema another schema of it",
        stored.shown()
    );
    assert_told(&stored, &[READ, MIGRATE, IMPORT], &sentence);
    assert_doctor_tells(&stored, &sentence);
    assert_eq!(stored.made().await, ["workflows"]);
}

#[tokio::test]
async fn a_url_with_a_word_that_its_parameter_does_not_have() {
    let stored = Stored::empty().await.with("sslmode=canary-4711");
    assert_told(
        &stored,
        &[READ, MIGRATE, IMPORT],
        "the database url cannot be used: a postgresql url is written ",
    );
}
