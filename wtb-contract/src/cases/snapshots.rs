//! Snapshots: a unit sees one state of the store and its own writes.
