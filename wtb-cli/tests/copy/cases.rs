//! What a copy does whatever the databases are.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench, ROWS};
use crate::place::Place;
use crate::sample;
use serde_json::Value;
use std::process::{Command, Stdio};

/// The store that holds the sample.
pub(crate) const FROM: &str = "sqlite:///store.db";

/// The program, with these arguments only and in an empty environment.
pub(crate) fn command(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wtb"));
    command.current_dir(bench.path("")).env_clear().args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn wtb(bench: &Bench, arguments: &[&str]) -> Answer {
    command(bench, arguments).output().unwrap().into()
}

/// Copies the sample, answering with JSON.
fn copy(bench: &Bench, to: &impl Place, options: &[&str]) -> Answer {
    wtb(bench, &[&["copy", FROM, &to.url(), "--json"], options].concat()).in_text()
}

/// What a report says about each kind of entity under this name.
fn each(answer: &Answer, name: &str) -> Vec<Value> {
    let report = answer.json();
    report["entities"].as_array().unwrap().iter().map(|kind| kind[name].clone()).collect()
}

/// Rows and SHA-256 of each kind.
pub(crate) fn digests(bench: &Bench, url: &str) -> Vec<Value> {
    let answer = wtb(bench, &["digest", url, "--json"]);
    answer.assert_done();
    answer.json()["entities"].as_array().unwrap().clone()
}

fn numbers(rows: impl IntoIterator<Item = u64>) -> Vec<Value> {
    rows.into_iter().map(Value::from).collect()
}

const AUDIT_ENTRIES: &str = "SELECT count(*) FROM audit_logs";

pub(crate) async fn everything_comes_and_goes_back_equal<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    let there = copy(&bench, &place, &[]);
    there.assert_done();
    assert_eq!(there.json()["equal"], true);
    assert_eq!(each(&there, "copied"), numbers(ROWS.map(|(_, rows)| rows)));
    assert_eq!(each(&there, "already_there"), numbers([0; 7]));
    wtb(&bench, &["copy", &place.url(), "sqlite:///back.db"]).assert_done();
    let original = digests(&bench, FROM);
    assert_eq!(digests(&bench, &place.url()), original);
    assert_eq!(digests(&bench, "sqlite:///back.db"), original);
}

pub(crate) async fn copying_again_finds_everything_there<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    copy(&bench, &place, &[]).assert_done();
    let again = copy(&bench, &place, &["--resume"]);
    again.assert_done();
    assert_eq!(each(&again, "copied"), numbers([0; 7]));
    assert_eq!(each(&again, "already_there"), numbers(ROWS.map(|(_, rows)| rows)));
    assert_eq!(again.json()["equal"], true);
}

/// Pages have 1, 2, 4, … rows at first, so the page in which the copy hangs begins after 127.
pub(crate) async fn killed_in_the_middle_it_leaves_whole_pages_and_resumed_it_ends_equal<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    wtb(&bench, &["migrate", "--store", &place.url()]).assert_done();
    place.stall_at(200).await;
    let mut killed = command(&bench, &["copy", FROM, &place.url()]).spawn().unwrap();
    while place.number(AUDIT_ENTRIES).await.is_none_or(|entries| entries < 127) {
        assert_eq!(killed.try_wait().unwrap(), None, "it hangs");
    }
    killed.kill().unwrap();
    assert_eq!(killed.wait().unwrap().code(), None, "it was killed");
    assert_eq!(place.number(AUDIT_ENTRIES).await, Some(127));

    place.go_on().await;
    let doctor = wtb(&bench, &["doctor", "--quick", "--json", "--store", &place.url()]);
    assert_eq!(doctor.code, Some(1));
    let unfinished = "a copy into this store was not finished: unless it still runs, give the same `wtb copy` again with --resume";
    assert_eq!(doctor.json()["problems"][0]["message"], unfinished);
    let refused = copy(&bench, &place, &[]);
    assert_eq!(refused.code, Some(1));
    assert_eq!(place.number(AUDIT_ENTRIES).await, Some(127));
    let trial = copy(&bench, &place, &["--resume", "--dry-run"]);
    trial.assert_done();
    assert_eq!((&each(&trial, "copied")[6], &each(&trial, "already_there")[6]), (&233.into(), &127.into()));
    let resumed = copy(&bench, &place, &["--resume"]);
    resumed.assert_done();
    assert_eq!(each(&resumed, "copied"), numbers([0, 0, 0, 0, 0, 0, 233]));
    assert_eq!(digests(&bench, &place.url()), digests(&bench, FROM));
    wtb(&bench, &["doctor", "--store", &place.url()]).assert_done();
}

pub(crate) async fn a_target_that_is_not_empty_is_refused<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    copy(&bench, &place, &[]).assert_done();
    // A kind in the middle is enough.
    place.execute("DELETE FROM evaluation_results; DELETE FROM node_variants; DELETE FROM audit_logs").await;
    place.execute("DELETE FROM node_boundaries; DELETE FROM executions; DELETE FROM workflows").await;
    let refused = copy(&bench, &place, &[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        refused.stderr,
        "wtb: the target holds checkpoint files already; name an empty store, or go on with an interrupted copy by \
         --resume\n"
    );
    assert_eq!(place.number("SELECT count(*) FROM workflows").await, Some(0));
}

/// The sentence about the first row that differs once `change` was made in the target, and that nothing was copied.
async fn refusal<P: Place>(change: &str) -> String {
    let bench = sample();
    let place = P::new(&bench).await;
    copy(&bench, &place, &[]).assert_done();
    place.execute(change).await;
    let last = "DELETE FROM evaluation_results WHERE seq = (SELECT max(seq) FROM evaluation_results)";
    place.execute(last).await;
    let before = place.number("SELECT count(*) FROM evaluation_results").await;
    let refused = copy(&bench, &place, &["--resume"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert_eq!(place.number("SELECT count(*) FROM evaluation_results").await, before);
    refused.stderr
}

pub(crate) async fn a_row_that_differs_is_named_with_both_values<P: Place>() {
    let told = refusal::<P>(
        "UPDATE workflows SET description = 'changed', revision = 2;
         UPDATE executions SET current_node = 'changed'",
    )
    .await;
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(
        lines[0],
        "wtb: workflow 9ac6cb80-62c7-49d2-8068-cfc6eac97cf3 differs in the target, so nothing was copied"
    );
    assert!(
        lines[1].starts_with("  description: ") && lines[1].ends_with("\"changed\" in the target"),
        "{told}"
    );
    assert_eq!(lines[2..], ["  revision: 1 in the source, 2 in the target"]);
}

pub(crate) async fn an_audit_entry_that_differs_is_named_by_its_place<P: Place>() {
    let fifth = "(SELECT seq FROM audit_logs ORDER BY seq LIMIT 1 OFFSET 4)";
    let told = refusal::<P>(&format!("UPDATE audit_logs SET message = 'changed' WHERE seq = {fifth}")).await;
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines[0], "wtb: audit entry 5 differs in the target, so nothing was copied");
    assert!(lines[1].starts_with("  message: ") && lines[1].ends_with("\"changed\" in the target"), "{told}");
    assert_eq!(lines.len(), 2);
}

pub(crate) async fn a_row_in_the_place_of_another_is_named<P: Place>() {
    let told =
        refusal::<P>("DELETE FROM checkpoint_files WHERE seq = (SELECT min(seq) FROM checkpoint_files)")
            .await;
    assert_eq!(
        told,
        "wtb: the target has checkpoint file 2 in the place of checkpoint file 1, so nothing was copied\n"
    );
}

pub(crate) async fn a_row_that_the_source_has_not_is_named<P: Place>() {
    let told = refusal::<P>(
        "INSERT INTO audit_logs (timestamp, event_type, severity, message, details)
         SELECT timestamp, event_type, severity, message, details FROM audit_logs ORDER BY seq LIMIT 1",
    )
    .await;
    assert_eq!(
        told,
        "wtb: the target has audit entry 361, which the source has not, so nothing was copied\n"
    );
}

pub(crate) async fn a_dry_run_counts_and_leaves_nothing<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    let was_there = place.is_there().await;
    let trial = copy(&bench, &place, &["--dry-run"]);
    trial.assert_done();
    assert_eq!(each(&trial, "copied"), numbers(ROWS.map(|(_, rows)| rows)));
    assert_eq!(trial.json()["equal"], Value::Null);
    assert_eq!(place.is_there().await, was_there);
    assert_eq!(place.number(AUDIT_ENTRIES).await, None, "not even a table");
    copy(&bench, &place, &[]).assert_done();
    let refused = copy(&bench, &place, &["--dry-run"]);
    assert_eq!(refused.code, Some(1), "as without --dry-run");
    let trial = copy(&bench, &place, &["--dry-run", "--resume"]);
    trial.assert_done();
    assert_eq!(each(&trial, "already_there"), numbers(ROWS.map(|(_, rows)| rows)));
}

pub(crate) async fn copies_at_the_same_time_bring_everything_once<P: Place>() {
    let bench = sample();
    let place = P::new(&bench).await;
    copy(&bench, &place, &[]).assert_done();
    // Audit entries alone have nothing that keeps them from being stored twice.
    for _ in 0..3 {
        place.execute("DELETE FROM audit_logs").await;
        let copy = || command(&bench, &["copy", FROM, &place.url(), "--resume", "--json"]).spawn().unwrap();
        let copies: Vec<_> = (0..4).map(|_| copy()).collect();
        let answers = copies.into_iter().map(|copy| Answer::from(copy.wait_with_output().unwrap()));
        let mut brought = Vec::new();
        for answer in answers {
            answer.assert_done();
            brought.push(each(&answer, "copied")[6].as_u64().unwrap());
        }
        brought.sort_unstable();
        assert_eq!(brought, [0, 0, 0, ROWS[6].1], "one of them brought everything");
        assert_eq!(place.number(AUDIT_ENTRIES).await, i64::try_from(ROWS[6].1).ok());
    }
}

/// Names a test for every case, for one kind of database.
macro_rules! copies_to {
    ($place:ty: $($case:ident,)+) => {$(
        #[tokio::test]
        async fn $case() {
            cases::$case::<$place>().await;
        }
    )+};
    ($place:ty) => {
        copies_to! { $place:
            everything_comes_and_goes_back_equal,
            copying_again_finds_everything_there,
            killed_in_the_middle_it_leaves_whole_pages_and_resumed_it_ends_equal,
            a_target_that_is_not_empty_is_refused,
            a_row_that_differs_is_named_with_both_values,
            an_audit_entry_that_differs_is_named_by_its_place,
            a_row_in_the_place_of_another_is_named,
            a_row_that_the_source_has_not_is_named,
            a_dry_run_counts_and_leaves_nothing,
            copies_at_the_same_time_bring_everything_once,
        }
    };
}
pub(crate) use copies_to;
