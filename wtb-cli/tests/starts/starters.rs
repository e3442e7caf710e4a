//! Processes that start at once, and processes that are killed.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command};

/// How many start at once.
const STARTERS: usize = 20;
/// The steps that there are to apply.
pub(crate) const STEPS: [&str; 4] =
    ["0001_initial", "0002_kept_units", "0003_room_for_updates", "0004_settled_log"];

/// Starts many processes that upgrade one store, and sees all of them end well and each step applied once.
#[track_caller]
pub(crate) fn start_at_once(bench: &Bench, store: &str) {
    let start = |_| bench.command(&["migrate", "--json", "--store", store]).spawn().unwrap();
    let starters: Vec<Child> = (0..STARTERS).map(start).collect();
    let mut applied = 0;
    for starter in starters {
        let answer = Answer::from(starter.wait_with_output().unwrap());
        answer.assert_done();
        let report = answer.json();
        let (before, now) = (names(&report["applied"]), names(&report["applied_now"]));
        assert!(names(&report["pending"]).is_empty());
        assert_eq!([before, now.clone()].concat(), STEPS);
        applied += now.len();
    }
    assert_eq!(applied, STEPS.len(), "each step once");
}

/// The steps that a program applied itself, having found none.
#[track_caller]
pub(crate) fn assert_completed(answer: &Answer) {
    answer.assert_done();
    let report = answer.json();
    assert_eq!((names(&report["applied"]), names(&report["applied_now"])), (vec![], STEPS.to_vec()));
}

fn names(steps: &serde_json::Value) -> Vec<&str> {
    steps.as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect()
}

/// Starts a process and comes back when it has said that it waits for another one.
pub(crate) fn waiting(command: &mut Command) -> Child {
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stderr.as_mut().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("waiting for another process")), "it ended");
    child
}

/// Ends a process as nothing that it could prepare for.
pub(crate) fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
