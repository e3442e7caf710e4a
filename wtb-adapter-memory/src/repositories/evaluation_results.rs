//! The port of evaluation results.

use super::repository;
use wtb_domain::{EvaluationResult, ExecutionId};
use wtb_ports::{EvaluationResultRepository, Page, PageRequest, StoreResult};

repository! {
    EvaluationResultRepository of EvaluationResult {
        async fn get_by_execution(
            &mut self,
            execution_id: &ExecutionId,
            page: PageRequest,
        ) -> StoreResult<Page<EvaluationResult>> {
            self.read(|root| {
                root.evaluation_results.page_by(|keys| &keys.lists.by_execution, execution_id, page)
            })
        }
    }
}
