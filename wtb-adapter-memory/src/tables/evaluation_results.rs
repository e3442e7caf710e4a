//! The table of evaluation results.

use crate::index::{Change, Index, Indexes};
use crate::root::Root;
use crate::table::Stored;
use std::convert::Infallible;
use wtb_domain::{EntityKind, EvaluationResult, ExecutionId};

#[derive(Clone, Default)]
pub(crate) struct EvaluationResultLists {
    pub(crate) by_execution: Index<ExecutionId>,
}

impl Indexes<EvaluationResult> for EvaluationResultLists {
    fn apply(&mut self, change: &Change<'_, EvaluationResult>) {
        self.by_execution.apply(change, |result| Some(result.execution_id.clone()));
    }
}

impl Stored for EvaluationResult {
    type UniqueKey = Infallible;
    type Lists = EvaluationResultLists;

    fn missing_reference(&self, root: &Root) -> Option<EntityKind> {
        (!root.executions.has(&self.execution_id)).then_some(EntityKind::Execution)
    }
}
