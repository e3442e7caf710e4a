//! A settings file in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test folder that cannot be written is a failed test")]

use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A settings file that lives as long as this value.
pub(crate) struct SettingsFile {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl SettingsFile {
    /// A file with this text.
    pub(crate) fn new(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("wtb.toml");
        fs::write(&path, text).unwrap();
        Self { _folder: folder, path }
    }
}
