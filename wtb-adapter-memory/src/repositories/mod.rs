//! The ports over a unit's version of the store: what all entities share is written here once.

mod audit_logs;
mod checkpoint_files;
mod evaluation_results;
mod executions;
mod node_boundaries;
mod node_variants;
mod workflows;

/// Implements a port for the unit: the seven methods that every entity has, and its own.
macro_rules! repository {
    ($port:ident of $entity:ident { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl $port for crate::unit::Unit {
            async fn get_by_id(
                &mut self,
                id: &<$entity as wtb_domain::Entity>::Id,
            ) -> wtb_ports::StoreResult<Option<$entity>> {
                self.read(|root| <$entity as crate::table::Row>::table(root).get(id))
            }

            async fn get_by_ids(
                &mut self,
                ids: &[<$entity as wtb_domain::Entity>::Id],
            ) -> wtb_ports::StoreResult<Vec<$entity>> {
                self.read(|root| {
                    let table = <$entity as crate::table::Row>::table(root);
                    ids.iter().filter_map(|id| table.get(id)).collect()
                })
            }

            async fn add(&mut self, entity: $entity) -> wtb_ports::StoreResult<$entity> {
                self.write(|work| work.add(entity))
            }

            async fn add_all(&mut self, entities: Vec<$entity>) -> wtb_ports::StoreResult<Vec<$entity>> {
                self.write(|work| work.add_all(entities))
            }

            async fn update(&mut self, entity: $entity) -> wtb_ports::StoreResult<$entity> {
                self.write(|work| work.update(entity))
            }

            async fn delete(
                &mut self,
                id: &<$entity as wtb_domain::Entity>::Id,
            ) -> wtb_ports::StoreResult<bool> {
                self.write(|work| work.delete::<$entity>(id))
            }

            async fn list_all(
                &mut self,
                page: wtb_ports::PageRequest,
            ) -> wtb_ports::StoreResult<wtb_ports::Page<$entity>> {
                self.read(|root| <$entity as crate::table::Row>::table(root).page(page))
            }

            $($own)*
        }
    };
}
use repository;
