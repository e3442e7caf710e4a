//! The programs of the PostgreSQL that is installed on this machine.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps one folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The folder with the programs of a server.
pub(super) struct Programs(PathBuf);

impl Programs {
    /// Those in `PATH`, else the newest version that is installed.
    pub(super) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let in_path = env::split_paths(&path);
        let mut versions: Vec<_> =
            fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        versions.sort_by_key(|folder| {
            folder.file_name().and_then(OsStr::to_str).and_then(|name| name.parse::<u32>().ok())
        });
        let versions = versions.into_iter().rev().map(|folder| folder.join("bin"));
        in_path.chain(versions).find(|folder| holds_a_server(folder)).map(Self)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// One of them, run as somebody who is not root.
    pub(super) fn command(&self, name: &str, user: Option<&User>) -> Command {
        let mut command = Command::new(self.0.join(name));
        if let Some(user) = user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }
}

fn holds_a_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file())
}

/// A user of this machine.
#[derive(Debug, PartialEq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    /// Whom PostgreSQL runs as where it is root that runs the tests: it refuses to run as root.
    pub(super) fn in_place_of_root() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"].iter().find_map(|name| Self::named(name, &users))
    }

    /// The user of this name in the text of `/etc/passwd`.
    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(name) {
                return None;
            }
            let mut numbers = fields.skip(1).map_while(|field| field.parse().ok());
            Some(Self { uid: numbers.next()?, gid: numbers.next()? })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::User;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\nnobody2:x:7:7::/:\nnobody:x:65534:65533:nobody:/:/sbin/nologin\n";
        assert_eq!(User::named("nobody", users), Some(User { uid: 65534, gid: 65533 }));
        assert_eq!(User::named("postgres", users), None);
    }
}
