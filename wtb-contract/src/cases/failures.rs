//! Failures: a unit is spent after its first error.
