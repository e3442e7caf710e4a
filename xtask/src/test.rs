//! Every test of the workspace, and every example in its documentation.

use crate::Failure;
use crate::command::{cargo, run, succeeds};

const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// Runs them all.
pub(crate) fn run_all() -> Result<(), Failure> {
    let with_nextest = succeeds(&mut cargo(&["nextest", "--version"]));
    let runner: &[&str] =
        if with_nextest { &["nextest", "run"] } else { &["test", "--lib", "--bins", "--tests"] };
    run(cargo(runner).args(EVERYTHING))?;
    run(cargo(&["test", "--doc"]).args(EVERYTHING))
}
