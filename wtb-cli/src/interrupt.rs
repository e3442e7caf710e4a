//! Ends a long command in its own words when it is interrupted: by Ctrl-C, by SIGTERM, or because its terminal is closed.

use crate::failure::{CliError, CliResult};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

/// The result of `work`, or an error with this sentence once the command is interrupted; `work` is dropped then.
///
/// # Errors
/// As `work`, and when it is interrupted.
pub(crate) async fn or_interrupted<T>(
    sentence: &str,
    work: impl Future<Output = CliResult<T>>,
) -> CliResult<T> {
    or_interrupted_before(&AtomicBool::new(false), sentence, work).await
}

/// As [`or_interrupted`], until `work` sets `point`: then it is too late to undo it, and it goes on to its end.
///
/// # Errors
/// As `work`, and when it is interrupted.
pub(crate) async fn or_interrupted_before<T>(
    point: &AtomicBool,
    sentence: &str,
    work: impl Future<Output = CliResult<T>>,
) -> CliResult<T> {
    let mut work = pin!(work);
    tokio::select! {
        // Looking for signals first makes them known before the work begins.
        biased;
        interrupted = interrupted() => match interrupted {
            Ok(_) if point.load(Ordering::Relaxed) => work.await,
            Ok(signal) => Err(CliError::interrupted(signal, sentence)),
            Err(source) => Err(CliError::failed("cannot wait for signals").because(source)),
        },
        result = &mut work => result,
    }
}

/// Waits until the command is interrupted, and returns the number of the signal.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
async fn interrupted() -> io::Result<u8> {
    use tokio::signal::unix::{SignalKind, signal};
    const SIGHUP: u8 = 1;
    const SIGINT: u8 = 2;
    const SIGTERM: u8 = 15;
    let [mut interrupt, mut terminate] = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    // What is started with `nohup` goes on.
    let mut hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
    let hangup = async {
        match &mut hangup {
            Some(hangup) => hangup.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt.recv() => Ok(SIGINT),
        _ = terminate.recv() => Ok(SIGTERM),
        _ = hangup => Ok(SIGHUP),
    }
}

/// Whether this program was started with SIGHUP ignored, as far as the system tells.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The signal is number 1, which is the lowest bit.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
async fn interrupted() -> io::Result<u8> {
    tokio::signal::ctrl_c().await.map(|()| 2)
}
