//! The contract bites: each store with a defect is caught by the cases that are about it.

#![expect(clippy::expect_used, clippy::panic, reason = "this file is tests")]

mod broken;
