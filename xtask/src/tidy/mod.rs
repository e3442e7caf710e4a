//! What the compiler does not check.

mod captions;
mod commits;
mod contract_groups;
mod dependencies;
mod import_cycles;
mod lint_exceptions;
mod migrations;
mod readmes;

use crate::Failure;
use crate::command::{files, root};
use std::fs;

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

/// The text files that belong to the repository.
struct Tree {
    files: Vec<File>,
}

struct File {
    /// Relative to the workspace, with `/`.
    path: String,
    text: String,
}

impl Tree {
    /// What git tracks, and what it would track.
    fn of_workspace() -> Result<Self, Failure> {
        Ok(Self { files: files(&[])?.into_iter().filter_map(File::read).collect() })
    }

    /// The files whose path ends like this.
    fn ending<'a>(&'a self, suffix: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(suffix))
    }
}

impl File {
    /// Deleted and binary files are none of our business.
    fn read(path: String) -> Option<Self> {
        let text = fs::read_to_string(root().join(&path)).ok()?;
        Some(Self { path, text })
    }
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
    Tree { files: files.collect() }
}
