//! What the keeper tells whoever started it, line by line on standard output.

use crate::ProvideError;
use std::fmt;
use std::io::{Write, stdout};
use std::time::Duration;

/// After this time it is worth saying what is going on.
const SLOW: Duration = Duration::from_secs(3);

/// What takes a while.
pub(super) fn progress(text: impl fmt::Display) {
    line(format_args!("progress {text}\n"));
}

/// Says what is being done if it turns out to take a while.
pub(super) async fn if_slow<T>(text: impl fmt::Display, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = tokio::time::sleep(SLOW) => progress(text),
    }
    work.await
}

/// Why there is no server. It stays one line whatever it quotes.
pub(super) fn failed(error: &ProvideError) {
    let sentence: Vec<_> = error.to_string().lines().map(str::trim).map(str::to_owned).collect();
    line(format_args!("failed {}\n", sentence.join("; ")));
}

/// Whether this machine has something that some tests need.
pub(super) fn able(ability: &str, is_able: bool) {
    if is_able {
        line(format_args!("able {ability}\n"));
    }
}

/// That what was asked for is there, and what it is.
pub(super) fn ready(lines: impl fmt::Display) {
    line(format_args!("{lines}ready\n"));
}

/// Nobody may be listening any more, and that is no reason to stop before everything is taken away.
fn line(text: fmt::Arguments<'_>) {
    let mut stdout = stdout().lock();
    let _ = stdout.write_fmt(text).and_then(|()| stdout.flush());
}
