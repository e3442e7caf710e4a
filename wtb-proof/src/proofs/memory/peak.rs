//! The peak of a command's memory.

use super::MOST;
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
/// `Found` if it took too much, otherwise as [`measured`].
pub(super) async fn of(program: &Path, arguments: &[String]) -> Result<u64, Failure> {
    let peak = measured(program, arguments).await?;
    if peak > MOST {
        let (peak, most) = (peak >> 20, MOST >> 20);
        return Err(Failure::found(format!("{} took {peak} MB, more than {most}", arguments.join(" "))));
    }
    Ok(peak)
}

/// Runs a command and returns the largest memory it had, in bytes, however much that was.
///
/// # Errors
/// `Found` if it does not end, `Unable` if it does not start or fails.
pub(super) async fn measured(program: &Path, arguments: &[String]) -> Result<u64, Failure> {
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
    let (mut peak, begun) = (0, Instant::now());
    let ended = loop {
        if let Some(now) = peak_in(&status) {
            peak = now.max(peak);
        }
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
    if peak == 0 {
        return Err(Failure::unable(format!("the system does not say how large {} was", shown())));
    }
    Ok(peak)
}

/// The peak that the system has of a process.
fn peak_in(status: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}
