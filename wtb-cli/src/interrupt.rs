//! Ends a long command in its own words when its user presses Ctrl-C.

use crate::failure::{CliError, CliResult};

/// What `work` answers, or an error with this sentence once Ctrl-C is pressed; `work` is dropped then.
///
/// # Errors
/// As `work`, and when it is interrupted.
pub(crate) async fn or_interrupted<T>(
    sentence: &str,
    work: impl Future<Output = CliResult<T>>,
) -> CliResult<T> {
    tokio::select! {
        // Looking for Ctrl-C first makes it known before the work begins.
        biased;
        interrupted = tokio::signal::ctrl_c() => Err(match interrupted {
            Ok(()) => CliError::failed(sentence),
            Err(source) => CliError::failed("cannot wait for Ctrl-C").because(source),
        }),
        answer = work => answer,
    }
}
