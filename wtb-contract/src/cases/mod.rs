//! One file per group, one function per behaviour.

pub mod audit_logs;
pub mod bulk;
pub mod checkpoint_files;
pub mod concurrent_writers;
pub mod evaluation_results;
pub mod executions;
pub mod failures;
pub mod interleaved_units;
pub mod node_boundaries;
pub mod node_variants;
pub mod outcomes;
pub mod pages;
pub mod references;
pub mod snapshots;
pub mod units;
pub mod values;
pub mod waiting;
pub mod workflows;
