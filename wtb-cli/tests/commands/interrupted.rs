//! Commands that a signal ends while they wait for a store.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::Bench;
use crate::{TIMED_OUT, sample};
use rusqlite::Connection;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;

/// The exit code of a command that gets this signal while it waits, and the end of what it printed.
fn ended_by(bench: &Bench, arguments: &[&str], signal: &str) -> (Option<i32>, String) {
    let mut child = bench.command(&[arguments, &["-v"]].concat()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut printed = String::new();
    while !printed.contains("waiting for another process") {
        assert_ne!(stderr.read_line(&mut printed).unwrap(), 0, "{printed}");
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    (child.wait().unwrap().code(), rest)
}

#[test]
fn each_signal_has_its_exit_code() {
    let bench = sample();
    let locked = Connection::open(bench.path("store.db")).unwrap();
    locked.execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE").unwrap();
    let migrate = "wtb: interrupted; `wtb migrate --check` shows what is missing\n";
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        for (arguments, sentence) in [
            (&["digest"][..], "wtb: interrupted\n"),
            (&["audit", "show", TIMED_OUT], "wtb: interrupted\n"),
            (&["migrate"], migrate),
            (&["migrate", "--check"], migrate),
        ] {
            let (ended, printed) = ended_by(&bench, arguments, signal);
            assert_eq!((ended, printed.as_str()), (Some(code), sentence), "{arguments:?} {signal}");
        }
    }
}
