//! The peak of a command's memory.

use super::contents::MOST;
use crate::proof::Failure;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

/// Between two looks at a command. The system keeps the peak, so a look misses only what happens after it.
const PAUSE: Duration = Duration::from_millis(2);
/// How long a command may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs a command and returns the largest memory it had, in bytes.
///
/// # Errors
/// `Found` if it took too much or does not end, `Unable` if it does not start or fails.
pub(super) async fn of(program: &Path, arguments: &[String]) -> Result<u64, Failure> {
    let shown = || arguments.join(" ");
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("WTB_STORAGE__SYNCHRONOUS", "normal")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Failure::unable)?;
    let status = child.id().map(|id| format!("/proc/{id}/status")).unwrap_or_default();
    let (mut peak, begun) = (None, Instant::now());
    let ended = loop {
        peak = peak_in(&status).max(peak);
        if let Some(ended) = child.try_wait().map_err(Failure::unable)? {
            break ended;
        }
        if begun.elapsed() > PATIENCE {
            return Err(Failure::found(format!("{} does not end", shown())));
        }
        sleep(PAUSE).await;
    };
    if !ended.success() {
        let said = child.wait_with_output().await.map_err(Failure::unable)?.stderr;
        return Err(Failure::unable(format!("{}: {}", shown(), String::from_utf8_lossy(&said))));
    }
    bounded(&shown(), peak)
}

/// The peak of what was `shown`, if that is known and not too much.
///
/// # Errors
/// `Found` if it is too much, `Unable` if it is not known.
pub(super) fn bounded(shown: &str, peak: Option<u64>) -> Result<u64, Failure> {
    match peak {
        Some(peak) if peak <= MOST => Ok(peak),
        Some(peak) => {
            Err(Failure::found(format!("{shown} took {} MB, more than {}", peak >> 20, MOST >> 20)))
        }
        None => Err(Failure::unable(format!("the system does not say how large {shown} was"))),
    }
}

/// The largest memory that this process had so far, in bytes.
pub(super) fn of_this_process() -> Option<u64> {
    peak_in("/proc/self/status")
}

/// The peak that the system has of a process.
fn peak_in(status: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}
