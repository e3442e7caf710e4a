//! Turns the rows of the Python system into entities, and tells which rows cannot be one.

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
mod nan;
mod no_home;
mod node_boundaries;
mod node_variants;

#[cfg(test)]
mod refusals_tests;
mod seen;
mod times;
mod workflows;

pub(crate) use adjusted::Adjusted;
pub(crate) use form::{Found, InvalidRow};
pub(crate) use no_home::NoHome;
pub(crate) use times::Times;

use super::source::{Source, recognise};
use crate::failure::CliResult;
use form::Reading;
use indicatif::ProgressBar;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};

/// What the values of the Python system mean where they do not tell.
#[derive(Debug, Clone)]
pub(crate) struct Interpretation {
    /// Reads times.
    pub(crate) times: Times,
    /// Whether NaN and the infinities in documents become `null`, in place of refusing the row.
    pub(crate) nan_as_null: bool,
}

/// Everything that a source holds.
#[derive(Debug, Default)]
pub(crate) struct Mapped {
    pub(crate) workflows: Vec<Workflow>,
    pub(crate) executions: Vec<Execution>,
    pub(crate) node_boundaries: Vec<NodeBoundary>,
    pub(crate) checkpoint_files: Vec<CheckpointFile>,
    pub(crate) node_variants: Vec<NodeVariant>,
    pub(crate) evaluation_results: Vec<EvaluationResult>,
    pub(crate) audit_entries: Vec<AuditEntry>,
    /// What else is there.
    pub(crate) found: Found,
}

impl Mapped {
    /// How many entities there are.
    pub(crate) fn len(&self) -> u64 {
        let entities = self.workflows.len()
            + self.executions.len()
            + self.node_boundaries.len()
            + self.checkpoint_files.len()
            + self.node_variants.len()
            + self.evaluation_results.len()
            + self.audit_entries.len();
        entities as u64
    }
}

/// Reads all of `source`.
///
/// # Errors
/// If it cannot be read, or is not a database of the Python system. Rows that break a rule are no error here.
pub(crate) async fn map<S: Source>(
    source: S,
    interpretation: &Interpretation,
    progress: &ProgressBar,
) -> CliResult<Mapped> {
    recognise(&source)?;
    let mut reading = Reading::new(source, interpretation, progress);
    // A checkpoint file is in one of two tables, depending on the age of the database, or in both.
    let mut files = checkpoint_files::Seen::default();
    let mut mapped = Mapped {
        workflows: reading.entities(workflows::Workflows::default()).await?,
        executions: reading.entities(executions::Executions::default()).await?,
        node_boundaries: reading.entities(node_boundaries::NodeBoundaries::default()).await?,
        checkpoint_files: reading.entities(checkpoint_files::Files(&mut files)).await?,
        node_variants: reading.entities(node_variants::NodeVariants::default()).await?,
        ..Mapped::default()
    };
    mapped.checkpoint_files.extend(reading.entities(checkpoint_files::Links(&mut files)).await?);
    mapped.evaluation_results = reading.entities(evaluation_results::EvaluationResults::default()).await?;
    mapped.audit_entries = reading.entities(audit_logs::AuditLogs).await?;
    mapped.found = reading.finish().await?;
    Ok(mapped)
}
