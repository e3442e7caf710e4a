//! The audit log: appended in order, never changed.
