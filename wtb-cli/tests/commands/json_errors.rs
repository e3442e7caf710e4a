//! What `--json` makes of errors: one document on stderr, and nothing else there.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use crate::{READERS, sample};
use serde_json::Value;
use std::fs;

/// The error of a command that failed with this code.
#[track_caller]
fn error(answer: &Answer, code: i32) -> Value {
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(code), ""), "{}", answer.stderr);
    let document: Value = serde_json::from_str(&answer.stderr).unwrap();
    let fields: Vec<_> = document["error"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["causes", "hint", "kind", "message"]);
    assert_eq!(document.as_object().unwrap().len(), 1);
    document["error"].clone()
}

#[test]
fn a_command_that_fails_says_so_in_one_document() {
    let bench = Bench::new();
    for command in READERS.into_iter().filter(|command| command[0] != "doctor") {
        let error = error(&bench.wtb(&[command, &["--json"]].concat()), 1);
        assert_eq!(error["kind"], "not_found", "{command:?}");
        assert!(error["message"].as_str().unwrap().starts_with("there is no store at "), "{error}");
        assert_eq!(error["hint"], Value::Null);
    }
}

#[test]
fn what_is_typed_wrongly_is_a_document_too() {
    let bench = sample();
    for arguments in [
        &["--json", "nonsense"][..],
        &["execution", "list", "--json", "--nonsense"],
        &["execution", "list", "--limit", "0", "--json"],
        &["--json", "execution", "show"],
        &["digest", "--json", "--store", "sqlite:///a.db", "sqlite:///b.db"],
    ] {
        let error = error(&bench.wtb(arguments), 64);
        assert_eq!(error["kind"], "usage", "{arguments:?}");
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.starts_with("error:"), "{arguments:?}: {message}");
    }
    let text = bench.wtb(&["execution", "show", "--nonsense", "--", "--json"]);
    assert!(text.stderr.starts_with("error: "), "{}", text.stderr);
}

#[test]
fn the_kind_of_an_error_is_one_word() {
    let bench = Bench::new();
    fs::write(bench.path("store.db"), "no database at all, but long enough to look like one".repeat(100))
        .unwrap();
    let damaged = error(&bench.wtb(&["execution", "list", "--json"]), 1);
    assert_eq!(damaged["kind"], "not_a_database");
    assert!(!damaged["causes"].as_array().unwrap().is_empty(), "{damaged}");

    let away = ["--store", "postgresql://127.0.0.1:9/wtb"];
    let away = error(&bench.wtb(&[&["workflow", "list", "--json"][..], &away].concat()), 1);
    assert_eq!(away["kind"], "connection_failed");
    assert!(away["message"].as_str().unwrap().contains("onnection refused"), "{away}");

    fs::write(bench.path("wtb.toml"), "[storage]\nmod = \"sql\"\nwait = 1\n").unwrap();
    let settings = error(&bench.wtb(&["workflow", "list", "--json"]), 1);
    assert_eq!(settings["kind"], "settings");
    assert!(settings["hint"].as_str().unwrap().contains("storage.wait"), "{settings}");
}

#[test]
fn what_is_named_but_absent_or_not_unique_has_a_kind_of_its_own() {
    let bench = sample();
    let compare = &["score", "compare", "--workflow", "rag_pipeline", "--metric", "zzz"];
    for (arguments, kind) in [
        (&["execution", "show", "zzz"][..], "not_found"),
        (&["audit", "show", "zzz"], "not_found"),
        (&["workflow", "show", "zzz"], "not_found"),
        (&["execution", "list", "--workflow", "zzz"], "not_found"),
        (compare, "not_found"),
        (&["import", "zzz.db"], "not_found"),
        (&["execution", "show", "3"], "ambiguous"),
        (&["audit", "show", "3"], "ambiguous"),
    ] {
        let error = error(&bench.wtb(&[arguments, &["--json"]].concat()), 1);
        assert_eq!(error["kind"], kind, "{arguments:?}");
    }
}

#[test]
fn log_lines_and_notes_join_the_document_only_when_asked_for() {
    let bench = sample();
    fs::write(bench.path("wtb.toml"), "[log]\nlevel = \"trace\"\n").unwrap();
    let run = |options: &[&str]| {
        let mut command = bench.command(&[&["execution", "show", "x", "--json"], options].concat());
        Answer::from(command.env("WTB_LOG_SQL", "true").output().unwrap())
    };
    error(&run(&[]), 1);
    let verbose = run(&["-v"]);
    let last = verbose.stderr.lines().last().unwrap();
    assert!(verbose.stderr.lines().count() > 1, "{}", verbose.stderr);
    assert!(serde_json::from_str::<Value>(last).unwrap()["error"].is_object(), "{last}");
}

#[test]
fn variables_of_the_python_wtb_are_named_in_one_warning() {
    let bench = sample();
    let mut command = bench.command(&["workflow", "list"]);
    command.env("WTB_LOG_SQL", "true").env("WTB_ROLLBACK_CLEANUP_ENABLED", "true");
    let answer = Answer::from(command.env("WTB_SERVICE_HOST", "10.96.0.12").output().unwrap());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(answer.stderr.lines().count(), 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("WTB_LOG_SQL, WTB_ROLLBACK_CLEANUP_ENABLED"), "{}", answer.stderr);
}
