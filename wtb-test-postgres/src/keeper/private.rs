//! Files with a password.

use super::program::User;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, fchown};
use std::path::Path;

/// Writes a new file that only one user can read: the given one, or the one of this process.
pub(super) fn write(file: &Path, text: &str, reader: Option<&User>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())?;
    reader.map_or(Ok(()), |user| fchown(&file, Some(user.uid), Some(user.gid)))
}
