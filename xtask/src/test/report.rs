//! What is tested, and what a run of tests has left.

use super::counts::Counts;
use crate::failure::Failure;

/// Every package with every feature.
pub(super) const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];
/// Tests, without the examples in the documentation, which nextest does not run.
pub(super) const TARGETS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// What a run of tests has left.
pub(super) struct Report {
    /// What became of the tests of each binary.
    pub(super) counts: Vec<(String, Counts)>,
    /// Whether the runner is content.
    pub(super) outcome: Result<(), Failure>,
}
