//! Environments: a variable and its value on each line, in any bytes.

use super::settings;
use super::target::{Target, Verdict};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use wtb_config::{Preset, Settings};

/// Environments.
pub(super) const TARGET: Target = Target {
    name: "environment",
    good: &[
        b"WTB_STORAGE_MODE=sql\nWTB_DB_URL=sqlite:///data/wtb.db\nWTB_STORAGE__WAIT_MS=5000",
        b"WTB_STORAGE__MAX_READERS=255\nWTB_RETRY__WINDOW_MS=1\nWTB_LOG_LEVEL=CRITICAL",
        b"WTB_STORAGE_MODE=sqlalchemy\nWTB_DATABASE_URL=postgresql://db/wtb\nWTB_STORAGE__SCHEMA=team\nWTB_STORAGE__POOLER=true",
        b"STATE_ADAPTER_MODE=agentgit\nAGENTGIT_DB_PATH=/data/a b.db\nWTB_TEST_X=1",
        b"WTB_STORAGE__STATEMENT_TIMEOUT_MS=2147483647\nWTB_STORAGE__APPLICATION_NAME=wtb",
    ],
    words: &[
        b"WTB_", b"WTB_STORAGE__", b"=", b"\n", b"MAX_CONNECTIONS=", b"0", b"4294967296", b"-1", b"1e3", b"[1]", b"{a=1}",
        b"\"", b"true", b"none", b"WTB_PROFILE=x", b"=\n", b"sqlite:///", b"%25",
    ],
    per_thousand: 15,
    judge,
};

fn judge(input: &[u8]) -> Verdict {
    let variables = input.split(|byte| *byte == b'\n').map(|line| {
        let mut parts = line.splitn(2, |byte| *byte == b'=');
        let mut part = || OsString::from_vec(parts.next().unwrap_or_default().to_vec());
        (part(), part())
    });
    settings::load(Settings::loader(Preset::Default).alone().environment(variables))
}
