//! The rows that are planted in a database of an older schema, as the newest store reads them.

use serde::Deserialize;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};
use wtb_ports::{PageLimit, PageRequest, UnitOfWorkFactory};

/// Everything in a store, each kind in insertion order.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    workflows: Vec<Workflow>,
    executions: Vec<Execution>,
    node_boundaries: Vec<NodeBoundary>,
    checkpoint_files: Vec<CheckpointFile>,
    node_variants: Vec<NodeVariant>,
    evaluation_results: Vec<EvaluationResult>,
    audit_logs: Vec<AuditEntry>,
}

impl Rows {
    /// What was planted at a step.
    pub(super) fn planted_at(step: &str) -> Self {
        let file = format!("{}/tests/fixtures/{step}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("tell in {file} what is planted at {step}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// What a store holds.
    pub(super) async fn of(store: &dyn UnitOfWorkFactory) -> Self {
        let limit = PageLimit::new(100).unwrap();
        let mut unit = store.begin_read().await.unwrap();
        macro_rules! all {
            ($($repository:ident),+) => {
                Self { $($repository: unit.$repository().list_all(PageRequest::first(limit)).await.unwrap().items),+ }
            };
        }
        all!(
            workflows,
            executions,
            node_boundaries,
            checkpoint_files,
            node_variants,
            evaluation_results,
            audit_logs
        )
    }
}
