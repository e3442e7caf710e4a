//! Waiting: bounded, and answered with what was waited for.
