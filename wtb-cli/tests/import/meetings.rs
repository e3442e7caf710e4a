//! Imports that run at the same time.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops at the first surprise")]

use crate::bench::{Answer, Bench, ROWS};
use std::process::Child;

fn started(bench: &Bench, count: usize) -> Vec<Child> {
    (0..count).map(|_| bench.command(&["import", "python.db", "--json"]).spawn().unwrap()).collect()
}

fn ended(children: Vec<Child>) -> Vec<Answer> {
    children.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect()
}

#[test]
fn two_processes_at_once_both_end_cleanly_and_everything_is_there_once() {
    for _ in 0..5 {
        let bench = Bench::new();
        let answers = ended(started(&bench, 2));
        for answer in &answers {
            answer.assert_done();
        }
        assert_eq!(bench.rows(), ROWS);
        let added: u64 = answers.iter().map(|answer| answer.counts("audit entry")[0]).sum();
        assert_eq!(added, 360, "one of the two added them, the other found them");
    }
}

#[test]
fn many_processes_at_once_wait_for_each_other() {
    let bench = Bench::new();
    for answer in ended(started(&bench, 8)) {
        answer.assert_done();
    }
    assert_eq!(bench.rows(), ROWS);
}
