//! Stores workflows.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::workflows::{BY_NAME_AND_VERSION, NEWEST_BY_NAME};
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{Workflow, WorkflowId, is_key_text};
use wtb_ports::{Page, PageRequest, StoreResult, WorkflowRepository};

repository! { WorkflowRepository of Workflow by WorkflowId {
    async fn get_by_name(&mut self, name: &str) -> StoreResult<Option<Workflow>> {
        if !is_key_text(name) {
            return self.find_nothing();
        }
        self.find(NEWEST_BY_NAME, Args::default().text(name)).await
    }

    async fn get_by_name_and_version(&mut self, name: &str, version: &str) -> StoreResult<Option<Workflow>> {
        if !is_key_text(name) || !is_key_text(version) {
            return self.find_nothing();
        }
        self.find(BY_NAME_AND_VERSION, Args::default().text(name).text(version)).await
    }
} }
