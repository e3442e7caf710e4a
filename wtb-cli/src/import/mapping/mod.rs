//! Turns the rows of the Python system into entities, a batch at a time, and tells which rows cannot be one.

mod adjusted;
mod audit_logs;
mod cells;
#[cfg(test)]
mod cells_tests;
mod checkpoint_files;
mod evaluation_results;
mod executions;
#[cfg(test)]
mod fixtures;
mod form;
#[cfg(test)]
mod forms_tests;
mod found;
mod nan;
mod no_home;
mod node_boundaries;
mod node_variants;
mod pass;

#[cfg(test)]
mod refusals_tests;
mod seen;
mod times;
mod workflows;

pub(crate) use adjusted::{Adjusted, count as count_adjusted, how};
pub(crate) use audit_logs::AuditLogs;
pub(crate) use checkpoint_files::{Files, Links};
pub(crate) use evaluation_results::EvaluationResults;
pub(crate) use executions::Executions;
pub(crate) use found::{Found, InvalidRow, LeftOut};
pub(crate) use no_home::NoHome;
pub(crate) use node_boundaries::NodeBoundaries;
pub(crate) use node_variants::NodeVariants;
pub(crate) use pass::{Pass, Take};
pub(crate) use seen::About;
pub(crate) use times::Times;
pub(crate) use workflows::Workflows;

/// What the values of the Python system mean where they do not tell.
#[derive(Debug, Clone)]
pub(crate) struct Interpretation {
    /// Reads times.
    pub(crate) times: Times,
    /// Whether NaN and the infinities in documents become `null`, instead of refusing the row.
    pub(crate) nan_as_null: bool,
}
