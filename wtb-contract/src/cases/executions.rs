//! Executions: found by id, workflow and status; tied to a workflow.

use crate::arrange::{
    add, add_one, delete, list, stored_executions, stored_workflows, two_workflows, update,
};
use crate::expect::{assert_held, whole};
use crate::shared::{Referring, Subject, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{EntityKind, Execution, ExecutionId, ExecutionStatus, Json, Workflow, WorkflowId};
use wtb_ports::PageRequest;

impl Subject for Execution {
    const PARENT: Option<EntityKind> = Some(EntityKind::Workflow);

    fn plain(name: &str) -> Self {
        samples::execution(name, &two_workflows()[0])
    }

    fn full(name: &str) -> Self {
        samples::full_execution(name, &two_workflows()[0])
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            created_at: samples::time(50),
            ..samples::full_execution("changed", &two_workflows()[1])
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        (Self { state: Json::new(""), ..self.clone() }, "state")
    }

    fn with_id(&self, id: &ExecutionId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Referring for Execution {
    fn orphaned(&self) -> Self {
        Self { workflow_id: samples::id("workflow-absent"), ..self.clone() }
    }
}

shared_cases!(Execution: adding, reading, updating, deleting, referring);

fn with_status(name: &str, workflow: &Workflow, status: ExecutionStatus) -> Execution {
    Execution { status, ..samples::execution(name, workflow) }
}

/// Stores one execution in every status and answers them in the order of [`ExecutionStatus::ALL`].
async fn one_in_every_status(store: &Backend) -> Vec<Execution> {
    let [loans, _] = stored_workflows(store).await;
    let in_status = |status: &ExecutionStatus| with_status(status.as_str(), &loans, *status);
    let executions: Vec<Execution> = ExecutionStatus::ALL.iter().map(in_status).collect();
    add(store, &executions).await;
    executions
}

async fn by_workflow(store: &Backend, id: &WorkflowId) -> Vec<Execution> {
    whole(store.begin_read().await.executions().get_by_workflow(id, PageRequest::default()).await)
}

async fn by_status(store: &Backend, status: ExecutionStatus) -> Vec<Execution> {
    whole(store.begin_read().await.executions().get_by_status(status, PageRequest::default()).await)
}

async fn running(store: &Backend) -> Vec<Execution> {
    whole(store.begin_read().await.executions().get_running(PageRequest::default()).await)
}

/// In insertion order, which is not that of their ids.
pub async fn get_by_workflow_answers_only_its_executions(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let [first, second] = ["b", "a"].map(|name| samples::execution(name, &loans));
    let decoy = samples::execution("decoy", &claims);
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_workflow(&store, &loans.id).await, [first, second]);
    assert_eq!(by_workflow(&store, &claims.id).await, [decoy]);
}

/// Whether the workflow is stored or not.
pub async fn get_by_workflow_without_executions_is_empty(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    add_one(&store, &samples::execution("decoy", &loans)).await;

    assert_eq!(by_workflow(&store, &claims.id).await, []);
    assert_eq!(by_workflow(&store, &samples::id("workflow-absent")).await, []);
}

/// It takes its place by when it was added, not by when it moved.
pub async fn get_by_workflow_follows_an_execution_to_another_workflow(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let [moving, staying] = [samples::execution("a", &loans), samples::execution("b", &claims)];
    add(&store, &[moving.clone(), staying.clone()]).await;
    let moved = update(&store, Execution { workflow_id: claims.id.clone(), ..moving }).await;

    assert_eq!(by_workflow(&store, &loans.id).await, []);
    assert_eq!(by_workflow(&store, &claims.id).await, [moved, staying]);
}

/// Each status has its own list.
pub async fn get_by_status_answers_only_executions_in_that_status(store: Backend) {
    for execution in one_in_every_status(&store).await {
        assert_eq!(by_status(&store, execution.status).await, [execution]);
    }
}

/// Whatever workflow they run.
pub async fn get_by_status_answers_executions_of_all_workflows(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let [first, second] = [samples::execution("b", &loans), samples::execution("a", &claims)];
    add(&store, &[first.clone(), second.clone()]).await;

    assert_eq!(by_status(&store, ExecutionStatus::Pending).await, [first, second]);
}

/// Though others have other statuses.
pub async fn get_by_status_without_executions_is_empty(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    add_one(&store, &with_status("decoy", &loans, ExecutionStatus::Failed)).await;

    assert_eq!(by_status(&store, ExecutionStatus::Completed).await, []);
}

/// Out of the old list, into the new one, at the place by when it was added.
pub async fn get_by_status_follows_an_execution_through_its_life(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let [mut first, second] = ["a", "b"].map(|name| samples::execution(name, &loans));
    let third = with_status("c", &loans, ExecutionStatus::Running);
    add(&store, &[first.clone(), second.clone(), third.clone()]).await;
    first.start(samples::time(60)).expect("it was pending");
    let first = update(&store, first).await;

    assert_eq!(by_status(&store, ExecutionStatus::Pending).await, [second]);
    assert_eq!(by_status(&store, ExecutionStatus::Running).await, [first, third]);
}

/// With one in every other status beside it.
pub async fn get_running_answers_only_running_executions(store: Backend) {
    let mut executions = one_in_every_status(&store).await;
    executions.retain(|execution| execution.status == ExecutionStatus::Running);

    assert_eq!(running(&store).await, executions);
}

/// Of all workflows.
pub async fn get_running_is_in_insertion_order(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let executions = [("b", &loans), ("a", &claims), ("c", &loans)]
        .map(|(name, of)| with_status(name, of, ExecutionStatus::Running));
    add(&store, &executions).await;

    assert_eq!(running(&store).await, executions);
}

/// In the unit that pauses it already.
pub async fn get_running_leaves_out_an_execution_that_pauses(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let [mut first, second] = ["a", "b"].map(|name| with_status(name, &loans, ExecutionStatus::Running));
    add(&store, &[first.clone(), second.clone()]).await;
    first.pause().expect("it was running");
    let mut unit = store.begin().await;
    unit.executions().update(first).await.expect("updated");
    let within = whole(unit.executions().get_running(PageRequest::default()).await);
    unit.commit().await.expect("committed");

    assert_eq!(within, std::slice::from_ref(&second));
    assert_eq!(running(&store).await, [second]);
}

/// With a pending execution stored.
pub async fn get_running_is_empty_when_nothing_runs(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    add_one(&store, &samples::execution("decoy", &loans)).await;

    assert_eq!(running(&store).await, []);
}

/// By workflow, by status and among the running.
pub async fn a_deleted_execution_is_gone_from_every_list(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let [first, second] = ["a", "b"].map(|name| with_status(name, &loans, ExecutionStatus::Running));
    add(&store, &[first.clone(), second.clone()]).await;
    delete(&store, &first).await;

    let rest = [second];
    assert_eq!(by_workflow(&store, &loans.id).await, rest);
    assert_eq!(by_status(&store, ExecutionStatus::Running).await, rest);
    assert_eq!(running(&store).await, rest);
}

/// Its boundaries would belong to nothing.
pub async fn deleting_an_execution_with_boundaries_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    add_one(&store, &samples::node_boundary("run", &run, "retrieve")).await;

    assert_held(&store, &run).await;
}

/// Its results would judge nothing.
pub async fn deleting_an_execution_with_results_is_refused(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    add_one(&store, &samples::evaluation_result("run", &run, "judge")).await;

    assert_held(&store, &run).await;
}

/// In the unit that deleted them.
pub async fn an_execution_can_be_deleted_after_its_boundaries_and_results(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let boundary = samples::node_boundary("run", &run, "retrieve");
    let result = samples::evaluation_result("run", &run, "judge");
    add_one(&store, &boundary).await;
    add_one(&store, &result).await;
    let mut unit = store.begin().await;
    unit.node_boundaries().delete(&boundary.id).await.expect("deleted");
    unit.evaluation_results().delete(&result.id).await.expect("deleted");
    assert!(unit.executions().delete(&run.id).await.expect("nothing refers to it"), "it was there");
    unit.commit().await.expect("committed");

    assert_eq!(list::<Execution>(&store).await, [other]);
}
