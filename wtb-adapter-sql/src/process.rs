//! Where a store can be used: in the process that opened it, inside of a tokio runtime.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, process};
use tokio::runtime::Handle;
use wtb_ports::{StoreError, StoreResult};

/// Between two looks at the id of the process for calls that are short: to ask the system may take as long as they do.
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// The process in which a store was opened. After `fork` the child has the same sockets and files as its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process(u32);

/// The same for short calls: when the process was last looked at.
#[derive(Debug)]
pub(crate) struct WatchedProcess {
    process: Process,
    looked: Mutex<Option<Instant>>,
}

/// Why a store cannot be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// The process is a child of the one that opened the store.
    Forked(Process),
    /// There is no tokio runtime.
    NoRuntime,
}

impl Process {
    /// This process.
    pub(crate) fn current() -> Self {
        Self(process::id())
    }

    /// Whether this is still the same process.
    pub(crate) fn is_current(self) -> bool {
        self == Self::current()
    }

    /// Checks that a store which was opened in this process can be used here and now.
    ///
    /// # Errors
    /// [`Misuse`] says why not.
    pub(crate) fn check(self) -> Result<(), Misuse> {
        if !self.is_current() {
            return Err(Misuse::Forked(self));
        }
        in_runtime()
    }

    /// The same as the first part of `operation`.
    ///
    /// # Errors
    /// `Backend` says why not.
    pub(crate) fn check_for(self, operation: &'static str) -> StoreResult<()> {
        self.check().map_err(|misuse| StoreError::Backend { operation, source: misuse.into() })
    }
}

impl WatchedProcess {
    /// This process, or the one in which a store was opened.
    pub(crate) fn new(process: Process) -> Self {
        Self { process, looked: Mutex::default() }
    }

    /// The process itself.
    pub(crate) fn process(&self) -> Process {
        self.process
    }

    /// The same as [`Process::check_for`], but a fork may be noticed a moment late.
    ///
    /// # Errors
    /// `Backend` says why not.
    pub(crate) fn check_for(&self, operation: &'static str) -> StoreResult<()> {
        let now = Instant::now();
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|looked| now.duration_since(looked) < BETWEEN_LOOKS) {
            return in_runtime().map_err(|misuse| StoreError::Backend { operation, source: misuse.into() });
        }
        self.process.check_for(operation)?;
        *looked = Some(now);
        Ok(())
    }
}

/// Checks that there is a tokio runtime.
///
/// # Errors
/// `NoRuntime` if there is none.
pub(crate) fn in_runtime() -> Result<(), Misuse> {
    Handle::try_current().map(drop).map_err(|_| Misuse::NoRuntime)
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forked(Process(opened)) => write!(
                f,
                "the store was opened by process {opened} and cannot be used by its fork {}; open it again there",
                process::id()
            ),
            Self::NoRuntime => f.write_str("there is no tokio runtime here; use the store inside of one"),
        }
    }
}

impl Error for Misuse {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// As after a fork.
    pub(crate) const PARENT: Process = Process(0);

    #[test]
    fn a_fork_and_the_lack_of_a_runtime_are_named() {
        let fork = PARENT.check().unwrap_err();
        let own = process::id();
        assert_eq!(
            fork.to_string(),
            format!(
                "the store was opened by process 0 and cannot be used by its fork {own}; open it again there"
            )
        );
        assert_eq!(Process::current().check(), Err(Misuse::NoRuntime));
    }

    #[tokio::test]
    async fn the_process_that_opened_a_store_can_use_it_in_a_runtime() {
        assert_eq!(Process::current().check(), Ok(()));
        assert_eq!(PARENT.check(), Err(Misuse::Forked(PARENT)));
        assert!(WatchedProcess::new(PARENT).check_for("begin").is_err());
        let watched = WatchedProcess::new(Process::current());
        // The second is not a look at the process.
        assert!((0..2).all(|_| watched.check_for("begin").is_ok()));
    }
}
