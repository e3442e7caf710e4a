//! Stores evaluation results.

use super::repository;
use crate::arg::Args;
use crate::engine::Engine;
use crate::record::Record;
use crate::tables::evaluation_results::BY_EXECUTION;
use crate::unit::SqlUnit;
use async_trait::async_trait;
use wtb_domain::{EvaluationResult, EvaluationResultId, ExecutionId};
use wtb_ports::{EvaluationResultRepository, Page, PageRequest, StoreResult};

repository! { EvaluationResultRepository of EvaluationResult by EvaluationResultId {
    async fn get_by_execution(
        &mut self,
        execution_id: &ExecutionId,
        page: PageRequest,
    ) -> StoreResult<Page<EvaluationResult>> {
        self.page(BY_EXECUTION, Args::default().text(execution_id.as_str()), page).await
    }
} }
