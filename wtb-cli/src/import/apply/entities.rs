//! What the kinds of entities have in common, as far as an import needs it.

use serde::Serialize;
use wtb_config::BoxFuture;
use wtb_domain::{
    CheckpointFile, Entity, EntityKind, EvaluationResult, Execution, ExecutionId, NodeBoundary, NodeVariant,
    Workflow, WorkflowId,
};
use wtb_ports::{StoreResult, UnitOfWork};

/// What a row refers to.
#[derive(Debug, Clone)]
pub(super) enum Parent {
    Workflow(WorkflowId),
    Execution(ExecutionId),
}

impl From<&WorkflowId> for Parent {
    fn from(id: &WorkflowId) -> Self {
        Self::Workflow(id.clone())
    }
}

impl From<&ExecutionId> for Parent {
    fn from(id: &ExecutionId) -> Self {
        Self::Execution(id.clone())
    }
}

impl Parent {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Workflow(id) => id.as_str(),
            Self::Execution(id) => id.as_str(),
        }
    }

    pub(super) fn kind(&self) -> EntityKind {
        match self {
            Self::Workflow(_) => EntityKind::Workflow,
            Self::Execution(_) => EntityKind::Execution,
        }
    }

    /// The table that its row would be in.
    pub(super) fn table(&self) -> &'static str {
        match self {
            Self::Workflow(_) => "wtb_workflows",
            Self::Execution(_) => "wtb_executions",
        }
    }

    /// The column that refers to it, in every table.
    pub(super) fn column(&self) -> &'static str {
        match self {
            Self::Workflow(_) => "workflow_id",
            Self::Execution(_) => "execution_id",
        }
    }

    /// Whether the store has it.
    ///
    /// # Errors
    /// If the store says no.
    pub(super) async fn is_stored(&self, unit: &mut dyn UnitOfWork) -> StoreResult<bool> {
        Ok(match self {
            Self::Workflow(id) => unit.workflows().get_by_id(id).await?.is_some(),
            Self::Execution(id) => unit.executions().get_by_id(id).await?.is_some(),
        })
    }
}

/// An entity that an import looks up, adds and updates.
pub(super) trait Imported: Entity + Serialize {
    /// The table that its rows are in.
    const TABLE: &'static str;

    /// What it refers to, if it refers to anything.
    fn parent(&self) -> Option<Parent>;

    /// Whether `other`, which has the same id, is the same row in a later state: what it refers to and what is unique
    /// did not change.
    fn is_same_row(&self, other: &Self) -> bool;

    /// The entities with these ids.
    fn stored<'a>(unit: &'a mut dyn UnitOfWork, ids: &'a [Self::Id])
    -> BoxFuture<'a, StoreResult<Vec<Self>>>;

    /// Stores new entities.
    fn store(unit: &mut dyn UnitOfWork, entities: Vec<Self>) -> BoxFuture<'_, StoreResult<Vec<Self>>>;

    /// Writes an entity over the stored one of the same revision.
    fn update(unit: &mut dyn UnitOfWork, entity: Self) -> BoxFuture<'_, StoreResult<Self>>;
}

macro_rules! imported {
    ($($entity:ident in $table:literal and $repository:ident, $(refers by $column:ident,)?
        same by [$($field:ident),*];)+) => {$(
        impl Imported for $entity {
            const TABLE: &'static str = $table;

            fn parent(&self) -> Option<Parent> {
                None$(.or(Some(Parent::from(&self.$column))))?
            }

            fn is_same_row(&self, other: &Self) -> bool {
                let _ = other;
                true $(&& self.$field == other.$field)*
            }

            fn stored<'a>(
                unit: &'a mut dyn UnitOfWork,
                ids: &'a [Self::Id],
            ) -> BoxFuture<'a, StoreResult<Vec<Self>>> {
                unit.$repository().get_by_ids(ids)
            }

            fn store(unit: &mut dyn UnitOfWork, entities: Vec<Self>) -> BoxFuture<'_, StoreResult<Vec<Self>>> {
                unit.$repository().add_all(entities)
            }

            fn update(unit: &mut dyn UnitOfWork, entity: Self) -> BoxFuture<'_, StoreResult<Self>> {
                unit.$repository().update(entity)
            }
        }
    )+};
}

imported! {
    Workflow in "wtb_workflows" and workflows, same by [created_at];
    Execution in "wtb_executions" and executions, refers by workflow_id, same by [workflow_id];
    NodeBoundary in "wtb_node_boundaries" and node_boundaries, refers by execution_id,
        same by [execution_id, session_id, node_id, attempt];
    CheckpointFile in "wtb_checkpoint_files" and checkpoint_files, same by [checkpoint_id];
    NodeVariant in "wtb_node_variants" and node_variants, refers by workflow_id, same by [workflow_id, node_id];
    EvaluationResult in "wtb_evaluation_results" and evaluation_results, refers by execution_id,
        same by [execution_id, evaluator_name];
}
