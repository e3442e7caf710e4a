//! Units: all or nothing, and nothing left behind.
