//! Node boundaries: found by id, session, node and execution; unique by session, node and attempt.

use crate::arrange::{add, add_one, delete, list, stored_executions, two_executions, update};
use crate::expect::whole;
use crate::shared::{Referring, Subject, Unique, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{
    EntityKind, Execution, ExecutionId, NodeBoundary, NodeBoundaryError, NodeBoundaryId, NodeBoundaryStatus,
    SessionId,
};
use wtb_ports::PageRequest;

impl Subject for NodeBoundary {
    const PARENT: Option<EntityKind> = Some(EntityKind::Execution);

    fn plain(name: &str) -> Self {
        samples::node_boundary(name, &two_executions()[0], "retrieve")
    }

    fn full(name: &str) -> Self {
        samples::full_node_boundary(name, &two_executions()[0], "retrieve")
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            ..samples::full_node_boundary("changed", &two_executions()[1], "generate")
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        let error = NodeBoundaryError { message: "\0".to_owned(), details: None };
        (Self { error: Some(error), ..self.clone() }, "error")
    }

    fn with_id(&self, id: &NodeBoundaryId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Unique for NodeBoundary {
    const UNIQUE: &'static str = Self::UNIQUE;

    fn with_unique_fields_of(&self, other: &Self) -> Self {
        Self {
            session_id: other.session_id.clone(),
            node_id: other.node_id.clone(),
            attempt: other.attempt,
            ..self.clone()
        }
    }
}

impl Referring for NodeBoundary {
    fn orphaned(&self) -> Self {
        Self { execution_id: samples::id("execution-absent"), ..self.clone() }
    }
}

shared_cases!(NodeBoundary: adding, reading, updating, deleting, unique, referring);

/// An attempt at `retrieve` in the session `session-NAME`.
fn attempt(number: u32, name: &str, execution: &Execution) -> NodeBoundary {
    NodeBoundary {
        id: samples::id(&format!("boundary-{name}-{number}")),
        attempt: number.try_into().expect("not zero"),
        ..samples::node_boundary(name, execution, "retrieve")
    }
}

fn with_status(name: &str, of: &Execution, node: &str, status: NodeBoundaryStatus) -> NodeBoundary {
    NodeBoundary { status, ..samples::node_boundary(name, of, node) }
}

async fn by_session(store: &Backend, session: &str) -> Vec<NodeBoundary> {
    let session: SessionId = samples::id(session);
    whole(store.begin_read().await.node_boundaries().get_by_session(&session, PageRequest::default()).await)
}

async fn by_node(store: &Backend, session: &str, node: &str) -> Option<NodeBoundary> {
    let (session, node) = (samples::id(session), samples::id(node));
    store.begin_read().await.node_boundaries().get_by_node(&session, &node).await.expect("read")
}

async fn completed(store: &Backend, session: &str) -> Vec<NodeBoundary> {
    let session: SessionId = samples::id(session);
    whole(store.begin_read().await.node_boundaries().get_completed(&session, PageRequest::default()).await)
}

async fn by_execution(store: &Backend, id: &ExecutionId) -> Vec<NodeBoundary> {
    whole(store.begin_read().await.node_boundaries().get_by_execution(id, PageRequest::default()).await)
}

/// Two of session, node and attempt may be the same.
pub async fn boundaries_may_share_all_but_one_of_session_node_and_attempt(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let boundaries = [
        attempt(1, "s", &run),
        attempt(2, "s", &run),
        attempt(1, "t", &run),
        samples::node_boundary("s", &run, "generate"),
    ];
    add(&store, &boundaries).await;

    assert_eq!(list::<NodeBoundary>(&store).await, boundaries);
}

/// In insertion order, with another session of the same execution beside it.
pub async fn get_by_session_answers_only_its_boundaries(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [first, second] = ["rerank", "generate"].map(|node| samples::node_boundary("s", &run, node));
    let decoy = samples::node_boundary("t", &run, "rerank");
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_session(&store, "session-s").await, [first, second]);
    assert_eq!(by_session(&store, "session-t").await, [decoy]);
}

/// With another session stored.
pub async fn get_by_session_of_an_unknown_session_is_empty(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    add_one(&store, &samples::node_boundary("s", &run, "retrieve")).await;

    assert_eq!(by_session(&store, "session-absent").await, []);
}

/// The highest number, not the last one added; as numbers, so that 10 is after 9.
pub async fn get_by_node_answers_the_highest_attempt_in_whatever_order_they_came(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [ninth, tenth, second] = [9, 10, 2].map(|number| attempt(number, "s", &run));
    add(&store, &[ninth, tenth.clone(), second]).await;

    assert_eq!(by_node(&store, "session-s", "retrieve").await, Some(tenth));
}

/// Higher attempts elsewhere do not matter.
pub async fn get_by_node_answers_the_node_and_session_asked_for(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let asked = attempt(2, "s", &run);
    let other_node = NodeBoundary { node_id: samples::id("generate"), ..attempt(3, "s", &run) };
    add(&store, &[asked.clone(), attempt(4, "t", &run), other_node]).await;

    assert_eq!(by_node(&store, "session-s", "retrieve").await, Some(asked));
}

/// Where each is stored, but not together.
pub async fn get_by_node_answers_none_unless_session_and_node_match(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    add(
        &store,
        &[samples::node_boundary("s", &run, "retrieve"), samples::node_boundary("t", &run, "generate")],
    )
    .await;

    assert_eq!(by_node(&store, "session-s", "generate").await, None);
    assert_eq!(by_node(&store, "session-t", "retrieve").await, None);
}

/// The highest attempt goes, the one before it is the latest again.
pub async fn get_by_node_answers_the_attempt_before_a_deleted_one(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [first, second, third] = [1, 2, 3].map(|number| attempt(number, "s", &run));
    add(&store, &[first, second.clone(), third.clone()]).await;
    delete(&store, &third).await;

    assert_eq!(by_node(&store, "session-s", "retrieve").await, Some(second));
}

/// An attempt that is given a higher number is the latest.
pub async fn get_by_node_follows_a_changed_attempt(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [first, second] = [1, 2].map(|number| attempt(number, "s", &run));
    add(&store, &[first.clone(), second]).await;
    let third = update(&store, NodeBoundary { attempt: 3.try_into().expect("not zero"), ..first }).await;

    assert_eq!(by_node(&store, "session-s", "retrieve").await, Some(third));
}

/// With every other status in the session, and a completed one in another.
pub async fn get_completed_answers_only_completed_boundaries_of_the_session(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let status = |status: &NodeBoundaryStatus| with_status("s", &run, status.as_str(), *status);
    let mut boundaries: Vec<NodeBoundary> = NodeBoundaryStatus::ALL.iter().map(status).collect();
    add(&store, &boundaries).await;
    add_one(&store, &with_status("t", &run, "decoy", NodeBoundaryStatus::Completed)).await;

    boundaries.retain(|boundary| boundary.status == NodeBoundaryStatus::Completed);
    assert_eq!(completed(&store, "session-s").await, boundaries);
}

/// Its place is that of when it was added, not of when it completed.
pub async fn get_completed_follows_a_boundary_through_its_life(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let mut first = with_status("s", &run, "retrieve", NodeBoundaryStatus::Running);
    let second = with_status("s", &run, "generate", NodeBoundaryStatus::Completed);
    add(&store, &[first.clone(), second.clone()]).await;
    first.complete(None, samples::time(60)).expect("it was running");
    let first = update(&store, first).await;

    assert_eq!(completed(&store, "session-s").await, [first, second]);
}

/// With a completed boundary in another session.
pub async fn get_completed_without_completed_boundaries_is_empty(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let running = with_status("s", &run, "retrieve", NodeBoundaryStatus::Running);
    add(&store, &[running, with_status("t", &run, "retrieve", NodeBoundaryStatus::Completed)]).await;

    assert_eq!(completed(&store, "session-s").await, []);
    assert_eq!(completed(&store, "session-absent").await, []);
}

/// In insertion order and in all sessions of the execution.
pub async fn get_by_execution_answers_only_its_boundaries(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let [first, second] = ["t", "s"].map(|name| samples::node_boundary(name, &run, "retrieve"));
    let decoy = samples::node_boundary("s", &other, "generate");
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_execution(&store, &run.id).await, [first, second]);
    assert_eq!(by_execution(&store, &other.id).await, [decoy]);
}

/// Whether the execution is stored or not.
pub async fn get_by_execution_without_boundaries_is_empty(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    add_one(&store, &samples::node_boundary("s", &run, "retrieve")).await;

    assert_eq!(by_execution(&store, &other.id).await, []);
    assert_eq!(by_execution(&store, &samples::id("execution-absent")).await, []);
}

/// Every list and lookup finds it at its new place only.
pub async fn a_moved_boundary_is_found_where_it_is_now(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let before = with_status("s", &run, "retrieve", NodeBoundaryStatus::Completed);
    add_one(&store, &before).await;
    let session_id = samples::id("session-t");
    let moved = update(&store, NodeBoundary { session_id, execution_id: other.id.clone(), ..before }).await;

    assert_eq!(by_session(&store, "session-s").await, []);
    assert_eq!(by_node(&store, "session-s", "retrieve").await, None);
    assert_eq!(completed(&store, "session-s").await, []);
    assert_eq!(by_execution(&store, &run.id).await, []);
    assert_eq!(by_node(&store, "session-t", "retrieve").await.as_ref(), Some(&moved));
    let now = [moved];
    assert_eq!(by_session(&store, "session-t").await, now);
    assert_eq!(completed(&store, "session-t").await, now);
    assert_eq!(by_execution(&store, &other.id).await, now);
}

/// By session, node, execution and among the completed.
pub async fn a_deleted_boundary_is_gone_from_every_lookup(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let [gone, kept] =
        ["retrieve", "generate"].map(|node| with_status("s", &run, node, NodeBoundaryStatus::Completed));
    add(&store, &[gone.clone(), kept.clone()]).await;
    delete(&store, &gone).await;

    assert_eq!(by_node(&store, "session-s", "retrieve").await, None);
    let rest = [kept];
    assert_eq!(by_session(&store, "session-s").await, rest);
    assert_eq!(completed(&store, "session-s").await, rest);
    assert_eq!(by_execution(&store, &run.id).await, rest);
}
