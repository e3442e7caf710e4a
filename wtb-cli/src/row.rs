//! What the seven kinds of entities have in common for commands that go through whole stores.

use crate::digest::Canonical;
use serde::Serialize;
use wtb_config::BoxFuture;
use wtb_domain::{
    AuditEntry, CheckpointFile, Entity, EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant,
    Workflow,
};
use wtb_ports::{Page, PageRequest, StoreResult, UnitOfWork};

/// An entity of any kind, as it is read from one store and written to another.
pub(crate) trait Row: Canonical + Clone + PartialEq + Serialize + Send + Sync + 'static {
    /// Which kind.
    const KIND: EntityKind;

    /// Its identifier; none for an audit entry, which its place identifies.
    fn id(&self) -> Option<&str>;

    /// A page of all there are, in insertion order.
    fn list(unit: &mut dyn UnitOfWork, page: PageRequest) -> BoxFuture<'_, StoreResult<Page<Self>>>;

    /// Stores `rows` as they are, in the order given.
    fn store(unit: &mut dyn UnitOfWork, rows: Vec<Self>) -> BoxFuture<'_, StoreResult<()>>;
}

macro_rules! rows {
    ($($entity:ident in $repository:ident,)+) => {$(
        impl Row for $entity {
            const KIND: EntityKind = EntityKind::$entity;

            fn id(&self) -> Option<&str> {
                Some(Entity::id(self).as_str())
            }

            fn list(unit: &mut dyn UnitOfWork, page: PageRequest) -> BoxFuture<'_, StoreResult<Page<Self>>> {
                unit.$repository().list_all(page)
            }

            fn store(unit: &mut dyn UnitOfWork, rows: Vec<Self>) -> BoxFuture<'_, StoreResult<()>> {
                Box::pin(async move { unit.$repository().add_all(rows).await.map(drop) })
            }
        }
    )+};
}

rows! {
    Workflow in workflows,
    Execution in executions,
    NodeBoundary in node_boundaries,
    CheckpointFile in checkpoint_files,
    NodeVariant in node_variants,
    EvaluationResult in evaluation_results,
}

impl Row for AuditEntry {
    const KIND: EntityKind = EntityKind::AuditEntry;

    fn id(&self) -> Option<&str> {
        None
    }

    fn list(unit: &mut dyn UnitOfWork, page: PageRequest) -> BoxFuture<'_, StoreResult<Page<Self>>> {
        unit.audit_logs().list_all(page)
    }

    fn store(unit: &mut dyn UnitOfWork, rows: Vec<Self>) -> BoxFuture<'_, StoreResult<()>> {
        unit.audit_logs().append_logs(None, rows)
    }
}

/// Awaits a function that is generic over [`Row`], for the type of a kind: `with_kind!(kind, count(unit))`.
macro_rules! with_kind {
    ($kind:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $kind {
            wtb_domain::EntityKind::Workflow => $function::<wtb_domain::Workflow>($($argument),*).await,
            wtb_domain::EntityKind::Execution => $function::<wtb_domain::Execution>($($argument),*).await,
            wtb_domain::EntityKind::NodeBoundary => $function::<wtb_domain::NodeBoundary>($($argument),*).await,
            wtb_domain::EntityKind::CheckpointFile => $function::<wtb_domain::CheckpointFile>($($argument),*).await,
            wtb_domain::EntityKind::NodeVariant => $function::<wtb_domain::NodeVariant>($($argument),*).await,
            wtb_domain::EntityKind::EvaluationResult => {
                $function::<wtb_domain::EvaluationResult>($($argument),*).await
            }
            wtb_domain::EntityKind::AuditEntry => $function::<wtb_domain::AuditEntry>($($argument),*).await,
        }
    };
}
pub(crate) use with_kind;
