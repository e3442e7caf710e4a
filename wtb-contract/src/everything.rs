//! All kinds of entities at once: what a store keeps, and steps taken with each kind.

use crate::Backend;
use crate::arrange::{self, stored_executions};
use crate::samples;
use crate::shared::Subject;
use crate::stored::Stored;
use crate::walk::walk;
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow,
};
use wtb_ports::BoxUnitOfWork;

/// Takes the same steps with each kind of entity: `for_each_kind!(steps(&store))`.
macro_rules! for_each_kind {
    ($steps:ident($($argument:expr),* $(,)?)) => {{
        $steps::<wtb_domain::Workflow>($($argument),*).await;
        $steps::<wtb_domain::Execution>($($argument),*).await;
        $steps::<wtb_domain::NodeBoundary>($($argument),*).await;
        $steps::<wtb_domain::CheckpointFile>($($argument),*).await;
        $steps::<wtb_domain::NodeVariant>($($argument),*).await;
        $steps::<wtb_domain::EvaluationResult>($($argument),*).await;
    }};
}
pub(crate) use for_each_kind;

/// Every row of a store.
#[derive(Debug, PartialEq)]
pub struct Everything {
    workflows: Vec<Workflow>,
    executions: Vec<Execution>,
    node_boundaries: Vec<NodeBoundary>,
    checkpoint_files: Vec<CheckpointFile>,
    node_variants: Vec<NodeVariant>,
    evaluation_results: Vec<EvaluationResult>,
    audit_logs: Vec<AuditEntry>,
}

impl Everything {
    /// What a unit sees.
    pub async fn seen_by(unit: &mut BoxUnitOfWork) -> Self {
        Self {
            workflows: all(unit).await,
            executions: all(unit).await,
            node_boundaries: all(unit).await,
            checkpoint_files: all(unit).await,
            node_variants: all(unit).await,
            evaluation_results: all(unit).await,
            audit_logs: walk!(10_000, request => unit.audit_logs().list_all(request)),
        }
    }

    /// What is committed.
    pub async fn kept_by(store: &Backend) -> Self {
        Self::seen_by(&mut store.begin_read().await).await
    }
}

/// All entities of a kind that a unit sees, however many.
pub(crate) async fn all<E: Stored>(unit: &mut BoxUnitOfWork) -> Vec<E> {
    walk!(10_000, request => E::list_all(unit, request))
}

/// Stores `plain("stored")` of every kind, and what examples refer to.
pub async fn store_every_kind(store: &Backend) {
    async fn store_one<E: Subject>(store: &Backend) {
        arrange::add(store, &[E::plain("stored")]).await;
    }
    stored_executions(store).await;
    for_each_kind!(store_one(store));
}

/// Panics unless a unit can still write, commit and read.
pub(crate) async fn assert_works(store: &Backend) {
    let file = samples::checkpoint_file("afterwards", "afterwards");
    arrange::add(store, std::slice::from_ref(&file)).await;
    assert_eq!(arrange::read_back(store, &file).await.as_ref(), Some(&file));
    arrange::delete(store, &file).await;
}
