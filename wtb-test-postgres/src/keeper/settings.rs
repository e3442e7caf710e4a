//! How a server for tests is set.

/// The administrator that tests connect as.
pub(super) const USER: &str = "postgres";

/// Nobody needs the data after a crash of the machine, so nothing waits for the disk.
pub(super) const SETTINGS: [&str; 8] = [
    "fsync=off",
    "full_page_writes=off",
    "max_connections=200",
    "max_wal_size=1GB",
    "shared_buffers=256MB",
    "wal_level=replica",
    "jit=off",
    "log_checkpoints=off",
];

/// Sorts texts as people do: what relies on the order of bytes without asking for it is found out.
pub(super) const PEOPLES_ORDER: [&str; 2] = ["--locale-provider=icu", "--icu-locale=en-US"];
