//! The files of the repository.

use crate::command::{files, root};
use crate::failure::Failure;
use std::fs;

/// The text files that belong to the repository.
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

pub(super) struct File {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl Tree {
    /// What git tracks, and what it would track.
    pub(super) fn of_workspace() -> Result<Self, Failure> {
        Ok(Self { files: files(&[])?.into_iter().filter_map(File::read).collect() })
    }

    /// The files whose path ends like this.
    pub(super) fn ending<'a>(&'a self, suffix: &'a str) -> impl Iterator<Item = &'a File> {
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
pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
    Tree { files: files.collect() }
}
