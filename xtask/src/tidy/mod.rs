//! What the compiler does not check.

mod captions;
mod contract_groups;
mod dependencies;
mod lint_exceptions;
mod migrations;

use crate::Failure;
use crate::command::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs every check and reports all that they find.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn run_all() -> Result<(), Failure> {
    let tree = Tree::of_workspace()?;
    let mut findings = dependencies::check()?;
    findings.extend(captions::check(&tree));
    findings.extend(contract_groups::check(&tree));
    findings.extend(lint_exceptions::check(&tree));
    findings.extend(migrations::check(&tree));
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
        let root = root();
        let listing = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|error| format!("git is needed to list the files: {error}"))?;
        if !listing.status.success() {
            return Err("git could not list the files".into());
        }
        let names = String::from_utf8(listing.stdout)?;
        Ok(Self { files: names.split_terminator('\0').filter_map(|name| File::read(&root, name)).collect() })
    }

    /// The files whose path ends like this.
    fn ending<'a>(&'a self, suffix: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(suffix))
    }
}

impl File {
    /// Deleted and binary files are none of our business.
    fn read(root: &Path, name: &str) -> Option<Self> {
        let path: PathBuf = root.join(name);
        let text = fs::read_to_string(path).ok()?;
        Some(Self { path: name.replace('\\', "/"), text })
    }
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
    Tree { files: files.collect() }
}
