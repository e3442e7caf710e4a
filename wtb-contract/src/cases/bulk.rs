//! Bulk writes: one atomic step of any size, order kept.
