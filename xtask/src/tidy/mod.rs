//! What the compiler does not check.

mod captions;
mod commits;
mod contract_groups;
mod dependencies;
mod import_cycles;
mod lint_exceptions;
mod migrations;
mod readmes;
mod tree;

use crate::failure::Failure;
use tree::Tree;

/// Runs every check and reports all that they find.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn run_all() -> Result<(), Failure> {
    let tree = Tree::of_workspace()?;
    let mut findings = dependencies::check()?;
    findings.extend(captions::check(&tree));
    findings.extend(commits::check()?);
    findings.extend(contract_groups::check(&tree));
    findings.extend(import_cycles::check(&tree));
    findings.extend(lint_exceptions::check(&tree));
    findings.extend(migrations::check(&tree));
    findings.extend(readmes::check(&tree));
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => {
            eprintln!("tidy: {} files, nothing found", tree.files.len());
            Ok(())
        }
        found => Err(format!("tidy found {found} things to put right").into()),
    }
}
