//! Processes that start at once on a SQLite file, and processes that are killed while they start.

#![expect(clippy::unwrap_used, reason = "this file is tests")]

#[path = "../import/bench.rs"]
#[expect(dead_code, reason = "the tests of the import use all of it")]
mod bench;
mod starters;

use bench::Bench;
use rusqlite::Connection;
use starters::{STEPS, assert_completed, kill, start_at_once, waiting};

const STORE: &str = "sqlite:///store.db";

fn steps(bench: &Bench) -> Vec<String> {
    let connection = Connection::open(bench.path("store.db")).unwrap();
    let mut history = connection.prepare("SELECT name FROM schema_migrations ORDER BY version").unwrap();
    let names = history.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

#[test]
fn twenty_at_once_make_one_store_where_there_was_no_file() {
    let bench = Bench::new();
    start_at_once(&bench, STORE);
    assert_eq!(steps(&bench), STEPS);
    bench.wtb(&["doctor"]).assert_done();
}

#[test]
fn twenty_at_once_make_one_store_of_an_empty_file() {
    let bench = Bench::new();
    std::fs::write(bench.path("store.db"), "").unwrap();
    start_at_once(&bench, STORE);
    assert_eq!(steps(&bench), STEPS);
}

#[test]
fn whoever_is_killed_while_waiting_leaves_nothing() {
    let bench = Bench::new();
    let other = Connection::open(bench.path("store.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    kill(waiting(&mut bench.command(&["-v", "migrate"])));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(std::fs::metadata(bench.path("store.db")).unwrap().len(), 0);
    assert_completed(&bench.wtb(&["migrate", "--json"]));
}

#[test]
fn whoever_waits_goes_on_when_the_other_is_done() {
    let bench = Bench::new();
    let other = Connection::open(bench.path("store.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let waits = waiting(&mut bench.command(&["-v", "migrate", "--json"]));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(waits.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(steps(&bench), STEPS);
}

#[test]
fn a_store_of_a_newer_program_is_refused_by_every_command_with_a_way_out() {
    let bench = Bench::new();
    bench.wtb(&["migrate"]).assert_done();
    let newer = "INSERT INTO schema_migrations VALUES (9999, '9999_later', 'abc', 0)";
    Connection::open(bench.path("store.db")).unwrap().execute_batch(newer).unwrap();
    let sentence =
        "wtb: the schema of store.db has 9999_later, which this wtb does not know; use a newer wtb\n";
    for command in
        [&["migrate"][..], &["migrate", "--check"], &["execution", "list"], &["import", "python.db"]]
    {
        let answer = bench.wtb(command);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), sentence), "{command:?}");
    }
}

#[test]
fn a_store_that_is_only_verified_is_not_upgraded_by_commands_that_write() {
    let bench = Bench::new();
    std::fs::write(bench.path("store.db"), "").unwrap();
    let mut command = bench.command(&["import", "python.db"]);
    let answer = bench::Answer::from(command.env("WTB_STORAGE__MIGRATE", "verify").output().unwrap());
    let sentence = "wtb: the schema of store.db lacks 0001_initial, 0002_kept_units, 0003_room_for_updates, 0004_settled_log; run `wtb migrate`\n";
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), sentence));
    assert_eq!(std::fs::metadata(bench.path("store.db")).unwrap().len(), 0);
}
