//! The commands that show what is stored.

use crate::READERS;
use crate::bench::{Answer, Bench};
use crate::stored::Stored;
use sqlx::raw_sql;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[tokio::test]
async fn every_command_answers_as_it_does_on_sqlite() {
    let stored = Stored::sample().await;
    let file = Bench::new();
    file.import(&[]).assert_done();
    for command in READERS {
        for format in [&[][..], &["--json"]] {
            let arguments = [command, format].concat();
            let answer = stored.wtb(&arguments);
            answer.assert_done();
            assert_eq!(answer.stdout, file.wtb(&arguments).stdout, "{arguments:?}");
        }
    }
}

#[tokio::test]
async fn an_unfinished_list_says_how_to_go_on_without_the_password() {
    let stored = Stored::sample().await;
    let first = stored.wtb(&["execution", "list", "--limit", "30"]);
    let options = first.stderr.strip_prefix("more: the same with ").unwrap();
    let options: Vec<_> = ["execution", "list"].into_iter().chain(options.split_whitespace()).collect();
    let rest = stored.wtb(&options);
    rest.assert_done();
    assert_eq!(rest.stdout.lines().count(), 2, "a header and the last execution");
}

#[tokio::test]
async fn an_unfinished_list_tells_the_command_that_goes_on_where_a_variable_has_the_url() {
    let stored = Stored::sample().await;
    let first = stored.wtb_by_variable(&["execution", "list", "--limit", "30"]);
    let command: Vec<_> = first.stderr.strip_prefix("more: wtb ").unwrap().split_whitespace().collect();
    let rest = stored.wtb_by_variable(&command);
    rest.assert_done();
    assert_eq!(rest.stdout.lines().count(), 2, "a header and the last execution");
}

#[tokio::test]
async fn no_command_shows_the_password_when_it_tells_all_it_does() {
    let stored = Stored::sample().await;
    let others = [&["doctor"][..], &["migrate"], &["migrate", "--check"], &["import", "python.db"]];
    for command in READERS.into_iter().chain(others) {
        let arguments = [command, &["-vv"]].concat();
        // Whether the password shows is asserted for every answer.
        assert_eq!(stored.wtb(&arguments).code, Some(0), "{arguments:?}");
        let mut command = stored.bench.command(&[command, &["--store", &stored.url]].concat());
        command.env("WTB_LOG_LEVEL", "trace");
        assert_eq!(stored.run(&mut command).code, Some(0), "{arguments:?}");
    }
}

/// Units that were seen waiting for a lock, by when they began.
const WAITING: &str = "SELECT xact_start::text FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[tokio::test]
async fn what_the_server_gave_up_is_read_again() {
    let stored = Stored::sample().await;
    for command in READERS.into_iter().filter(|command| command[0] != "doctor") {
        let expected = stored.wtb(command);
        let mut holder = stored.connection().await;
        let locked =
            "BEGIN; LOCK TABLE workflows, executions, node_variants, audit_logs IN ACCESS EXCLUSIVE MODE";
        raw_sql(locked).execute(&mut holder).await.unwrap();
        let arguments = [command, &["--store", &stored.url]].concat();
        let reader = stored.bench.command(&arguments).env("WTB_STORAGE__WAIT_MS", "200").spawn().unwrap();
        let (mut seen, begun) = (BTreeSet::new(), Instant::now());
        while seen.len() < 2 {
            assert!(begun.elapsed() < Duration::from_mins(1), "{command:?} was not tried again");
            seen.extend(stored.ask(WAITING).await);
        }
        raw_sql("COMMIT").execute(&mut holder).await.unwrap();
        let answer = Answer::from(reader.wait_with_output().unwrap());
        assert_eq!(
            (answer.code, &answer.stdout),
            (Some(0), &expected.stdout),
            "{command:?}: {}",
            answer.stderr
        );
    }
}
