//! One file per table: its columns once, its statements, and how a row becomes an entity.

pub(crate) mod audit_logs;
pub(crate) mod checkpoint_files;
pub(crate) mod evaluation_results;
pub(crate) mod executions;
pub(crate) mod node_boundaries;
pub(crate) mod node_variants;
pub(crate) mod workflows;

#[cfg(test)]
mod tests;
