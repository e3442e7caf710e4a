//! How a server for tests is set.

/// The administrator that tests connect as.
pub(super) const USER: &str = "postgres";

/// Whether a server keeps what was committed when the machine crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// No: tests need no data after that, so nothing waits for the disk, and the data is in memory where there is room.
    None,
    /// Yes, on the disk, as servers do unless they are told otherwise: for whoever measures.
    Full,
}

/// The settings of every server.
const SETTINGS: [&str; 6] = [
    "max_connections=200",
    "max_wal_size=1GB",
    "shared_buffers=256MB",
    "wal_level=replica",
    "jit=off",
    "log_checkpoints=off",
];

/// The settings with which nothing waits for the disk.
const FORGETFUL: [&str; 2] = ["fsync=off", "full_page_writes=off"];

/// How a server is set.
pub(super) fn settings(durability: Durability) -> impl Iterator<Item = &'static str> {
    let forgetful = if durability == Durability::None { &FORGETFUL[..] } else { &[] };
    SETTINGS.iter().chain(forgetful).copied()
}

/// Sorts texts as people do: what relies on the order of bytes without asking for it is found out.
pub(super) const PEOPLES_ORDER: [&str; 2] = ["--locale-provider=icu", "--icu-locale=en-US"];
