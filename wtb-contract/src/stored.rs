//! One face for the six repositories of entities, so that a rule they share is written once.

use async_trait::async_trait;
use wtb_domain::{CheckpointFile, Entity, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{BoxUnitOfWork, Page, PageRequest, StoreResult};

/// An entity that a unit has a repository for; its functions are those of the repository.
#[async_trait]
pub trait Stored: Entity {
    /// The one with this id.
    async fn get_by_id(unit: &mut BoxUnitOfWork, id: &Self::Id) -> StoreResult<Option<Self>>;
    /// Those with these ids.
    async fn get_by_ids(unit: &mut BoxUnitOfWork, ids: &[Self::Id]) -> StoreResult<Vec<Self>>;
    /// Stores a new one.
    async fn add(unit: &mut BoxUnitOfWork, entity: Self) -> StoreResult<Self>;
    /// Stores any number of new ones.
    async fn add_all(unit: &mut BoxUnitOfWork, entities: Vec<Self>) -> StoreResult<Vec<Self>>;
    /// Replaces a stored one.
    async fn update(unit: &mut BoxUnitOfWork, entity: Self) -> StoreResult<Self>;
    /// Removes one.
    async fn delete(unit: &mut BoxUnitOfWork, id: &Self::Id) -> StoreResult<bool>;
    /// A page of all.
    async fn list_all(unit: &mut BoxUnitOfWork, page: PageRequest) -> StoreResult<Page<Self>>;
}

macro_rules! stored {
    ($($entity:ty: $repository:ident,)+) => {$(
        #[async_trait]
        impl Stored for $entity {
            async fn get_by_id(unit: &mut BoxUnitOfWork, id: &Self::Id) -> StoreResult<Option<Self>> {
                unit.$repository().get_by_id(id).await
            }

            async fn get_by_ids(unit: &mut BoxUnitOfWork, ids: &[Self::Id]) -> StoreResult<Vec<Self>> {
                unit.$repository().get_by_ids(ids).await
            }

            async fn add(unit: &mut BoxUnitOfWork, entity: Self) -> StoreResult<Self> {
                unit.$repository().add(entity).await
            }

            async fn add_all(unit: &mut BoxUnitOfWork, entities: Vec<Self>) -> StoreResult<Vec<Self>> {
                unit.$repository().add_all(entities).await
            }

            async fn update(unit: &mut BoxUnitOfWork, entity: Self) -> StoreResult<Self> {
                unit.$repository().update(entity).await
            }

            async fn delete(unit: &mut BoxUnitOfWork, id: &Self::Id) -> StoreResult<bool> {
                unit.$repository().delete(id).await
            }

            async fn list_all(unit: &mut BoxUnitOfWork, page: PageRequest) -> StoreResult<Page<Self>> {
                unit.$repository().list_all(page).await
            }
        }
    )+};
}

stored! {
    Workflow: workflows,
    Execution: executions,
    NodeBoundary: node_boundaries,
    CheckpointFile: checkpoint_files,
    NodeVariant: node_variants,
    EvaluationResult: evaluation_results,
}
