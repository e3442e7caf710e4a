//! How a keeper learns that it is no longer needed.

use crate::ProvideError;
use std::io::{Read, stdin};
use std::thread;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Becomes true once: standard input ended, or a signal to end arrived.
#[derive(Clone)]
pub(super) struct Ended(watch::Receiver<bool>);

impl Ended {
    /// At the end of standard input, or by a signal.
    pub(super) fn with_standard_input() -> Result<Self, ProvideError> {
        let (ended, this) = watch::channel(false);
        by_signal(&ended)?;
        // A blocked read of tokio's own would keep its runtime from ending.
        thread::spawn(move || {
            let mut nothing = [0; 64];
            while stdin().read(&mut nothing).is_ok_and(|read| read > 0) {}
            ended.send_replace(true);
        });
        Ok(Self(this))
    }

    /// By a signal only.
    pub(super) fn by_signal() -> Result<Self, ProvideError> {
        let (ended, this) = watch::channel(false);
        by_signal(&ended)?;
        Ok(Self(this))
    }

    /// Waits for the end.
    pub(super) async fn wait(&self) {
        // An error means that nobody is left who could end it otherwise.
        let _ = self.0.clone().wait_for(|ended| *ended).await;
    }
}

fn by_signal(ended: &watch::Sender<bool>) -> Result<(), ProvideError> {
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let ended = ended.clone();
        let mut signals =
            signal(kind).map_err(|error| ProvideError::because("cannot listen to signals", &error))?;
        tokio::spawn(async move {
            signals.recv().await;
            ended.send_replace(true);
        });
    }
    Ok(())
}
