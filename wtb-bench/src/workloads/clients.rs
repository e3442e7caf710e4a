//! Those who take part in a round, and how long their work takes.

use crate::client::Client;
use crate::failure::Outcome;
use crate::statistics::float;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

/// Those who take part in a round.
pub(crate) struct Clients {
    /// As many as the workload has.
    pub(crate) all: Vec<Box<dyn Client>>,
    /// How they start.
    pub(crate) start: Start,
}

/// How clients start to work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// Whether their calls block the thread.
    pub(crate) block: bool,
    /// What is done when everything that they need is made, right before the work.
    pub(crate) ready: fn() -> Outcome<()>,
}

/// What was done, and in which time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Measured {
    /// How much, as the workload counts.
    pub(crate) done: u64,
    /// How long that took.
    pub(crate) elapsed: Duration,
}

impl Measured {
    /// What was done before and after.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { done: self.done + other.done, elapsed: self.elapsed + other.elapsed }
    }

    /// How much is done in a second.
    pub(crate) fn per_second(self) -> f64 {
        float(self.done) / self.elapsed.as_secs_f64()
    }
}

impl Clients {
    /// The only client.
    pub(super) fn only(mut self) -> Outcome<(Box<dyn Client>, Start)> {
        let client = self.all.pop().ok_or("nobody takes part")?;
        Ok((client, self.start))
    }
}

impl Start {
    /// Does work on a thread of the runtime, or on one that may block.
    pub(super) fn spawn<T: Send + 'static>(
        self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        if self.block {
            let runtime = Handle::current();
            spawn_blocking(move || runtime.block_on(work))
        } else {
            tokio::spawn(work)
        }
    }
}

/// Takes the time that `work` takes, which does `done`.
pub(super) async fn timed(
    start: Start,
    done: u64,
    work: impl Future<Output = Outcome<()>> + Send + 'static,
) -> Outcome<Measured> {
    let timed = async move {
        (start.ready)()?;
        let begun = Instant::now();
        work.await?;
        Ok(Measured { done, elapsed: begun.elapsed() })
    };
    start.spawn(timed).await?
}

/// That a read found what is there.
pub(super) fn expect(found: usize, expected: usize) -> Outcome<()> {
    if found == expected { Ok(()) } else { Err(format!("found {found} executions, not {expected}").into()) }
}
