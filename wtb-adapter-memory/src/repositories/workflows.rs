//! The port of workflows.

use super::repository;
use wtb_domain::Workflow;
use wtb_ports::{StoreResult, WorkflowRepository};

repository! {
    WorkflowRepository of Workflow {
        async fn get_by_name(&mut self, name: &str) -> StoreResult<Option<Workflow>> {
            self.read(|root| {
                let place = root.workflows.indexes().lists.by_name.last(&name.into());
                root.workflows.copy_at(place)
            })
        }

        async fn get_by_name_and_version(
            &mut self,
            name: &str,
            version: &str,
        ) -> StoreResult<Option<Workflow>> {
            self.read(|root| {
                let place = root.workflows.indexes().unique.place(&(name.into(), version.into()));
                root.workflows.copy_at(place)
            })
        }
    }
}
