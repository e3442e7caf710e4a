//! Evaluation results: found by id and execution.

use crate::arrange::{add, add_one, delete, list, stored_executions, two_executions, update};
use crate::expect::whole;
use crate::shared::{Referring, Subject, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{EntityKind, EvaluationResult, EvaluationResultId, ExecutionId};
use wtb_ports::PageRequest;

impl Subject for EvaluationResult {
    const PARENT: Option<EntityKind> = Some(EntityKind::Execution);

    fn plain(name: &str) -> Self {
        samples::evaluation_result(name, &two_executions()[0], "judge")
    }

    fn full(name: &str) -> Self {
        samples::full_evaluation_result(name, &two_executions()[0], "judge")
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            evaluated_at: samples::time(50),
            ..samples::full_evaluation_result("changed", &two_executions()[1], "another judge")
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        (Self { score: f64::NAN, ..self.clone() }, "score")
    }

    fn with_id(&self, id: &EvaluationResultId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Referring for EvaluationResult {
    fn orphaned(&self) -> Self {
        Self { execution_id: samples::id("execution-absent"), ..self.clone() }
    }
}

shared_cases!(EvaluationResult: adding, reading, updating, deleting, referring);

async fn by_execution(store: &Backend, id: &ExecutionId) -> Vec<EvaluationResult> {
    whole(store.begin_read().await.evaluation_results().get_by_execution(id, PageRequest::default()).await)
}

/// Even in the same version and at the same moment.
pub async fn an_evaluator_may_judge_an_execution_many_times(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let results = ["a", "b"].map(|name| samples::evaluation_result(name, &run, "judge"));
    add(&store, &results).await;

    assert_eq!(list::<EvaluationResult>(&store).await, results);
}

/// In insertion order, which is neither that of ids nor of times.
pub async fn get_by_execution_answers_only_its_results(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let first = samples::evaluation_result("b", &run, "judge");
    let second =
        EvaluationResult { evaluated_at: samples::time(0), ..samples::evaluation_result("a", &run, "jury") };
    let decoy = samples::evaluation_result("c", &other, "judge");
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_execution(&store, &run.id).await, [first, second]);
    assert_eq!(by_execution(&store, &other.id).await, [decoy]);
}

/// Whether the execution is stored or not.
pub async fn get_by_execution_without_results_is_empty(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    add_one(&store, &samples::evaluation_result("decoy", &run, "judge")).await;

    assert_eq!(by_execution(&store, &other.id).await, []);
    assert_eq!(by_execution(&store, &samples::id("execution-absent")).await, []);
}

/// It takes its place by when it was added, not by when it moved.
pub async fn get_by_execution_follows_a_result_to_another_execution(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let moving = samples::evaluation_result("a", &run, "judge");
    let staying = samples::evaluation_result("b", &other, "judge");
    add(&store, &[moving.clone(), staying.clone()]).await;
    let moved = update(&store, EvaluationResult { execution_id: other.id.clone(), ..moving }).await;

    assert_eq!(by_execution(&store, &run.id).await, []);
    assert_eq!(by_execution(&store, &other.id).await, [moved, staying]);
}

/// The others stay.
pub async fn a_deleted_result_is_gone_from_its_execution(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [gone, kept] = ["a", "b"].map(|name| samples::evaluation_result(name, &run, "judge"));
    add(&store, &[gone.clone(), kept.clone()]).await;
    delete(&store, &gone).await;

    assert_eq!(by_execution(&store, &run.id).await, [kept]);
}
