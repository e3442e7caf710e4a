//! One file per port: which statement answers which call.

mod audit_logs;
mod checkpoint_files;
mod evaluation_results;
mod executions;
mod node_boundaries;
mod node_variants;
mod workflows;

/// Implements the port of one table: the seven methods that all have, and those that are given.
macro_rules! repository {
    ($port:ident of $entity:ident by $id:ident { $($own:tt)* }) => {
        #[async_trait]
        impl<E: Engine> $port for SqlUnit<E> {
            async fn get_by_id(&mut self, id: &$id) -> StoreResult<Option<$entity>> {
                self.get(id).await
            }

            async fn get_by_ids(&mut self, ids: &[$id]) -> StoreResult<Vec<$entity>> {
                self.get_each(ids).await
            }

            async fn add(&mut self, entity: $entity) -> StoreResult<$entity> {
                self.insert(entity).await
            }

            async fn add_all(&mut self, entities: Vec<$entity>) -> StoreResult<Vec<$entity>> {
                self.insert_all(entities).await
            }

            async fn update(&mut self, entity: $entity) -> StoreResult<$entity> {
                self.replace(entity).await
            }

            async fn delete(&mut self, id: &$id) -> StoreResult<bool> {
                self.remove::<$entity>(id).await
            }

            async fn list_all(&mut self, page: PageRequest) -> StoreResult<Page<$entity>> {
                self.page(<$entity as Record>::LIST, Args::default(), page).await
            }

            $($own)*
        }
    };
}
use repository;
