//! Exit codes, help, and commands that were typed wrongly.

use crate::{READERS, sample};
use std::io::pipe;

#[test]
fn what_is_typed_wrongly_exits_with_64() {
    let bench = sample();
    for arguments in [
        &["nonsense"][..],
        &["execution"],
        &["execution", "show"],
        &["execution", "list", "--nonsense"],
        &["execution", "list", "--limit", "0"],
        &["execution", "list", "--limit", "10001"],
        &["execution", "list", "--after", "x"],
        &["execution", "list", "--status", "dead"],
        &["variant", "list", "--node", "n"],
        &["score", "compare"],
    ] {
        let answer = bench.wtb(arguments);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(64), ""), "{arguments:?}");
        assert!(!answer.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn asking_for_help_is_no_mistake() {
    let bench = sample();
    for arguments in
        [&["--help"][..], &["--version"], &["execution", "list", "--help"], &["doctor", "--help"]]
    {
        let answer = bench.wtb(arguments);
        answer.assert_done();
        assert!(!answer.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn saying_nothing_is_asking_for_help() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wtb")).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert!(String::from_utf8(output.stdout).unwrap().contains("Usage: wtb"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let bench = sample();
    for command in READERS {
        for format in [&[][..], &["--json"]] {
            let (reader, writer) = pipe().unwrap();
            drop(reader);
            let output = bench.command(&[command, format].concat()).stdout(writer).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{command:?} {format:?}");
        }
    }
}

#[test]
fn without_a_store_readers_say_what_to_run_and_create_nothing() {
    let bench = crate::bench::Bench::new();
    for command in READERS.into_iter().filter(|command| command[0] != "doctor") {
        let answer = bench.wtb(command);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{command:?}");
        assert_eq!(
            answer.stderr,
            "wtb: there is no store at sqlite:///store.db yet; `wtb import` fills one, `wtb migrate` makes an \
             empty one\n"
        );
        assert!(!bench.path("store.db").exists(), "{command:?}");
    }
}

#[test]
fn a_store_in_memory_is_said_to_be_forgotten() {
    let bench = crate::bench::Bench::new();
    std::fs::write(bench.path("wtb.toml"), "[storage]\nmode = \"inmemory\"\n").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wtb"))
        .current_dir(bench.path(""))
        .args(["execution", "list"])
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"no executions\n");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("nothing is kept after this command"), "{stderr}");

    // A program finds nothing on stderr but errors.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wtb"))
        .current_dir(bench.path(""))
        .args(["execution", "list", "--json"])
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn causes_are_told_only_when_asked_for() {
    let bench = crate::bench::Bench::new();
    std::fs::write(
        bench.path("store.db"),
        "no database at all, but long enough to look like one".repeat(100),
    )
    .unwrap();
    let brief = bench.wtb(&["execution", "list"]);
    assert_eq!((brief.code, brief.stderr.lines().count()), (Some(1), 1), "{}", brief.stderr);
    let verbose = bench.wtb(&["execution", "list", "-v"]);
    assert!(verbose.stderr.contains("  because "), "{}", verbose.stderr);
}
