//! What the continuous integration checks, in the order of how soon it fails.

use crate::Failure;
use crate::command::{cargo, run};
use crate::{prove, test, tidy};

/// Formats, lints, tidies, documents, tests and proves, and stops at the first failure.
pub(crate) fn run_all() -> Result<(), Failure> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    tidy::run_all()?;
    // The inner crates are used without their features too.
    run(&mut cargo(&["clippy", "-p", "wtb-domain", "-p", "wtb-ports", "--", "-D", "warnings"]))?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
    run(cargo(&["doc", "--workspace", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    test::run_all(&test::Options::default())?;
    prove::run_all(&prove::Options::default())
}
