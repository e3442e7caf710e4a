//! What happens while a copy is under way: a target in PostgreSQL can be held up and let go.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, ROWS};
use crate::cases::{FROM, command, digests, wtb};
use crate::database::PostgresDatabase;
use crate::place::Place;
use crate::sample;
use std::process::{Child, Command};

/// A copy that hangs after the first 127 audit entries.
async fn held_up(bench: &crate::Bench, place: &PostgresDatabase) -> Child {
    wtb(bench, &["migrate", "--store", &place.url()]).assert_done();
    place.stall_at(200).await;
    let mut copy = command(bench, &["copy", FROM, &place.url(), "--json"]).spawn().unwrap();
    while place.number("SELECT count(*) FROM audit_logs").await.is_none_or(|entries| entries < 127) {
        assert_eq!(copy.try_wait().unwrap(), None, "it hangs");
    }
    copy
}

#[tokio::test]
async fn a_copy_shows_one_moment_of_its_source() {
    let bench = sample();
    let place = PostgresDatabase::new(&bench).await;
    let before = digests(&bench, FROM);
    let copy = held_up(&bench, &place).await;
    let source = rusqlite::Connection::open(bench.path("store.db")).unwrap();
    let change = "UPDATE audit_logs SET message = 'changed' WHERE seq = 300;
        INSERT INTO audit_logs (timestamp, event_type, severity, message, details) VALUES (0, '', 'info', '', '{}')";
    source.execute_batch(change).unwrap();
    assert_ne!(digests(&bench, FROM), before);
    place.go_on().await;
    let answer = Answer::from(copy.wait_with_output().unwrap());
    answer.assert_done();
    assert_eq!(answer.json()["entities"][6]["copied"].as_u64(), Some(ROWS[6].1));
    assert_eq!(digests(&bench, &place.url()), before);
}

#[tokio::test]
async fn ctrl_c_in_the_middle_keeps_whole_pages_and_says_how_to_go_on() {
    let bench = sample();
    let place = PostgresDatabase::new(&bench).await;
    let copy = held_up(&bench, &place).await;
    assert!(Command::new("kill").args(["-INT", &copy.id().to_string()]).status().unwrap().success());
    let answer = Answer::from(copy.wait_with_output().unwrap());
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(130), ""));
    let error: serde_json::Value = serde_json::from_str(&answer.stderr).unwrap();
    let message = "interrupted; the same command with --resume goes on where it was";
    assert_eq!(error["error"]["message"], message);
    place.go_on().await;
    wtb(&bench, &["copy", FROM, &place.url(), "--resume"]).assert_done();
    assert_eq!(digests(&bench, &place.url()), digests(&bench, FROM));
}

#[tokio::test]
async fn a_backup_is_left_to_the_tools_of_the_database() {
    let bench = sample();
    let place = PostgresDatabase::new(&bench).await;
    wtb(&bench, &["migrate", "--store", &place.url()]).assert_done();
    let refusal = wtb(&bench, &["backup", "backup.db", "--store", &place.url()]);
    assert_eq!((refusal.code, refusal.stdout.as_str()), (Some(1), ""));
    let sentence =
        "wtb: PostgreSQL is backed up with pg_dump, or copied into a SQLite file with `wtb copy`\n";
    assert_eq!(refusal.stderr, sentence);
    assert!(!bench.path("backup.db").exists());
}
