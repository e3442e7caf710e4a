//! What `log.level` and `-v` make the command say on stderr.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use crate::sample;
use std::fs;

/// What `wtb workflow list` says on stderr with this level set in the environment.
fn said(bench: &Bench, level: &str, options: &[&str]) -> String {
    let mut command = bench.command(&[&["workflow", "list"], options].concat());
    let answer = Answer::from(command.env("WTB_LOG_LEVEL", level).output().unwrap());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    answer.stderr
}

#[test]
fn nothing_but_warnings_is_said_unless_somebody_asks() {
    sample().wtb(&["workflow", "list"]).assert_done();
}

#[test]
fn the_level_that_is_set_decides() {
    let bench = sample();
    for (level, opening, opened) in
        [("off", false, false), ("warn", false, false), ("info", true, false), ("debug", true, true)]
    {
        let stderr = said(&bench, level, &[]);
        assert_eq!(stderr.contains("opening the store"), opening, "{level}: {stderr}");
        assert_eq!(stderr.contains("opened a store"), opened, "{level}: {stderr}");
    }
    fs::write(bench.path("wtb.toml"), "[log]\nlevel = \"info\"\n").unwrap();
    let stderr = bench.wtb(&["workflow", "list"]).stderr;
    assert!(stderr.contains("opening the store"), "{stderr}");
}

#[test]
fn the_option_wins_over_the_level_that_is_set() {
    let bench = sample();
    let verbose = said(&bench, "off", &["-v"]);
    assert!(verbose.contains("opening the store") && !verbose.contains("opened a store"), "{verbose}");
    let brief = said(&bench, "trace", &["-v"]);
    assert!(!brief.contains("opened a store"), "{brief}");
}

#[test]
fn a_command_goes_on_when_nobody_reads_its_log_any_more() {
    let bench = Bench::new();
    let mut child = bench.command(&["-v", "migrate"]).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
