//! How a server for tests is set.

/// The administrator that tests connect as.
pub(super) const USER: &str = "postgres";

/// Where the data of a server is, which decides what a crash of the machine leaves. In memory `fsync` costs nothing, so
/// every server has it on, as those that `wtb doctor` finds healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// In memory where there is room: tests need no data after a crash.
    None,
    /// On the disk: for measurements.
    Full,
}

/// The settings of every server.
pub(super) const SETTINGS: [&str; 6] = [
    "max_connections=200",
    "max_wal_size=1GB",
    "shared_buffers=256MB",
    "wal_level=replica",
    "jit=off",
    "log_checkpoints=off",
];

/// Sorts texts as people do: what relies on the order of bytes without asking for it is found out.
pub(super) const PEOPLES_ORDER: [&str; 2] = ["--locale-provider=icu", "--icu-locale=en-US"];
