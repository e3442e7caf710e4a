//! What each table indexes, keeps unique and refers to.

mod audit_entries;
mod checkpoint_files;
mod evaluation_results;
mod executions;
mod node_boundaries;
mod node_variants;
mod workflows;

pub(crate) use audit_entries::AuditEntryLists;
