//! A password stays where it was put.

use crate::bench::{Answer, Bench};
use crate::{READERS, sample};

const PASSWORD: &str = "canary-4711";
/// Port 9 of this machine discards; nothing answers there.
const URL: &str = "postgresql://wtb:canary-4711@127.0.0.1:9/wtb";

#[track_caller]
fn assert_silent(answer: &Answer, how: &str) {
    assert!(!answer.stdout.contains(PASSWORD), "{how}: {}", answer.stdout);
    assert!(!answer.stderr.contains(PASSWORD), "{how}: {}", answer.stderr);
}

#[test]
fn no_command_repeats_the_password_of_its_store() {
    let bench = Bench::new();
    for command in
        READERS.into_iter().chain([&["migrate"][..], &["migrate", "--check"], &["import", "python.db"]])
    {
        for options in [&[][..], &["-vv"], &["--json", "-v"]] {
            let arguments = [command, options, &["--store", URL]].concat();
            let mut command = bench.command(&arguments);
            let answer = Answer::from(command.env("WTB_STORAGE__WAIT_MS", "50").output().unwrap());
            assert_eq!(answer.code, Some(1), "{arguments:?}: {}", answer.stderr);
            assert_silent(&answer, &format!("{arguments:?}"));
        }
    }
}

#[test]
fn a_password_in_the_wrong_place_is_not_repeated_either() {
    let bench = sample();
    let glued = format!("--stroe={URL}");
    for arguments in [
        &[URL][..],
        &["--config", URL, "doctor"],
        &["--profile", URL, "doctor"],
        &["execution", "show", URL],
        &["execution", "list", URL],
        &["execution", "list", "--workflow", URL],
        &["score", "compare", "--workflow", "rag_pipeline", "--metric", URL],
        &["execution", "list", "--after", URL],
        &["execution", "list", "--status", URL],
        &["import", URL],
        &["doctor", &glued],
        &["doctor", "--store", "canary-4711"],
        &["doctor", "--store", "mysql://wtb:canary-4711@db/wtb"],
    ] {
        let answer = bench.wtb(arguments);
        assert_ne!(answer.code, Some(0), "{arguments:?}");
        assert_silent(&answer, &format!("{arguments:?}"));
    }
}

#[test]
fn settings_are_shown_without_their_password() {
    let bench = Bench::new();
    std::fs::write(bench.path("wtb.toml"), format!("[storage]\nurl = \"{URL}\"\n")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wtb"))
        .current_dir(bench.path(""))
        .env_clear()
        .env("WTB_STORAGE__WAIT_MS", "50")
        .args(["doctor", "--json", "-vv"])
        .output();
    let answer = Answer::from(output.unwrap());
    assert_silent(&answer, "doctor");
    assert!(answer.stdout.contains("postgresql://127.0.0.1:9/wtb"), "{}", answer.stdout);
}
