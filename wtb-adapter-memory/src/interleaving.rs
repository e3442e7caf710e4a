//! Pauses before each use of what units share, so that a test can let other threads go first.
//!
//! Units share the committed root behind its lock, and the counter of places. Whatever else a thread does concerns
//! nobody, and nobody pauses with the lock; so a scheduler that decides at these pauses alone can try every order of
//! events that there is.

use std::cell::Cell;

thread_local! {
    static AT_PAUSES: Cell<Option<fn()>> = const { Cell::new(None) };
    static IS_FORGETFUL: Cell<bool> = const { Cell::new(false) };
}

/// Calls `at_pauses` before each use of what units share, on this thread of the operating system.
pub fn pause_with(at_pauses: fn()) {
    AT_PAUSES.set(Some(at_pauses));
}

/// Stands before each use of what units share.
pub(crate) fn pause() {
    if let Some(at_pauses) = AT_PAUSES.get() {
        at_pauses();
    }
}

/// Whether a commit on this thread of the operating system forgets to look, once it has the lock, whether others
/// committed since it was prepared: a defect for tests of tests.
pub fn forget_to_look_again(forgetful: bool) {
    IS_FORGETFUL.set(forgetful);
}

pub(crate) fn is_forgetful() -> bool {
    IS_FORGETFUL.get()
}
