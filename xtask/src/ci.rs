//! What the continuous integration checks, in the order of how soon it fails.

use crate::command::{cargo, run};
use crate::failure::Failure;
use crate::{prove, test, tidy, tools};
use std::time::Instant;

/// What is done, under a name.
type Step = (&'static str, fn() -> Result<(), Failure>);

const STEPS: [Step; 12] = [
    ("format", format),
    ("tidy", tidy::run_all),
    ("spelling", tools::spelling),
    ("markdown", tools::markdown),
    ("grammar", tools::grammar),
    ("workflows", tools::workflows),
    ("dependencies", tools::dependencies),
    ("clippy", clippy),
    ("features", tools::features),
    ("documentation", document),
    ("tests", || test::run_all(&test::Options::default())),
    ("proofs", || prove::run_all(&prove::Options::default())),
];

/// Runs all steps, says how long each took, and stops at the first failure.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn run_all() -> Result<(), Failure> {
    for (name, step) in STEPS {
        let begun = Instant::now();
        let done = step();
        eprintln!("── {name}: {} s", begun.elapsed().as_secs());
        done?;
    }
    Ok(())
}

fn format() -> Result<(), Failure> {
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<(), Failure> {
    // The inner crates are used without their features too.
    run(&mut cargo(&["clippy", "-p", "wtb-domain", "-p", "wtb-ports", "--", "-D", "warnings"]))?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))
}

fn document() -> Result<(), Failure> {
    run(cargo(&["doc", "--workspace", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"))
}
