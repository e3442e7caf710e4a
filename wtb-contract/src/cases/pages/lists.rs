//! The lists that answer a part of a kind: walked page by page between items that belong to others.

use crate::arrange::{add, stored_executions, stored_workflows, two_workflows};
use crate::samples::execution;
use crate::stored::Stored;
use crate::walk::walk;
use crate::{Backend, samples};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, ExecutionStatus, NodeBoundary,
    NodeBoundaryStatus, NodeVariant, SessionId,
};

/// How many items each list has, and how many others lie between them.
const ITEMS: usize = 7;

/// Stores items and decoys in turn, and answers the items.
async fn interleaved<E: Stored>(
    store: &Backend,
    item: impl Fn(String) -> E,
    decoy: impl Fn(String) -> E,
) -> Vec<E> {
    // The ids fall, so that their order is not that of insertion.
    let numbers = || (0..ITEMS).rev();
    let items: Vec<_> = numbers().map(|number| item(format!("item-{number}"))).collect();
    let decoys = numbers().map(|number| decoy(format!("decoy-{number}")));
    let both: Vec<_> = decoys.zip(items.clone()).flat_map(<[E; 2]>::from).collect();
    add(store, &both).await;
    items
}

/// Executions of two workflows in turn.
pub async fn the_executions_of_a_workflow_are_walked(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let item = |name: String| execution(&name, &loans);
    let items = interleaved(&store, item, |name| execution(&name, &claims)).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.executions().get_by_workflow(&loans.id, request)), items);
}

/// Failed and pending ones in turn.
pub async fn the_executions_with_a_status_are_walked(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let item = |name: String| Execution { status: ExecutionStatus::Failed, ..execution(&name, &loans) };
    let items = interleaved(&store, item, |name| execution(&name, &loans)).await;

    let mut unit = store.begin_read().await;
    let walked = walk!(2, request => unit.executions().get_by_status(ExecutionStatus::Failed, request));
    assert_eq!(walked, items);
}

/// Running and paused ones in turn.
pub async fn the_running_executions_are_walked(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let with = |name: &str, status| Execution { status, ..execution(name, &loans) };
    let item = |name: String| with(&name, ExecutionStatus::Running);
    let items = interleaved(&store, item, |name| with(&name, ExecutionStatus::Paused)).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.executions().get_running(request)), items);
}

/// Boundaries of two sessions in turn.
pub async fn the_boundaries_of_a_session_are_walked(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let session: SessionId = samples::id("walked");
    let item = |name: String| NodeBoundary { session_id: session.clone(), ..boundary(&name, &run) };
    let items = interleaved(&store, item, |name| boundary(&name, &run)).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_boundaries().get_by_session(&session, request)), items);
}

/// Completed and pending ones of one session in turn.
pub async fn the_completed_boundaries_of_a_session_are_walked(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let session: SessionId = samples::id("walked");
    let of_session = |name: &str| NodeBoundary { session_id: session.clone(), ..boundary(name, &run) };
    let item = |name: String| NodeBoundary { status: NodeBoundaryStatus::Completed, ..of_session(&name) };
    let items = interleaved(&store, item, |name| of_session(&name)).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_boundaries().get_completed(&session, request)), items);
}

/// Boundaries of two executions in turn.
pub async fn the_boundaries_of_an_execution_are_walked(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let items = interleaved(&store, |name| boundary(&name, &run), |name| boundary(&name, &other)).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_boundaries().get_by_execution(&run.id, request)), items);
}

/// Checkpoints of two commits in turn.
pub async fn the_checkpoints_of_a_file_commit_are_walked(store: Backend) {
    let file = |name: String| samples::checkpoint_file(&name, "walked");
    let items = interleaved(&store, file, |name| samples::checkpoint_file(&name, "other")).await;

    let commit = samples::id("walked");
    let mut unit = store.begin_read().await;
    let walked: Vec<CheckpointFile> =
        walk!(2, request => unit.checkpoint_files().get_by_file_commit(&commit, request));
    assert_eq!(walked, items);
}

/// Variants of two nodes of one workflow in turn.
pub async fn the_variants_of_a_node_are_walked(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let items = interleaved(&store, |name| variant(&name, "walked"), |name| variant(&name, "other")).await;

    let node = samples::id("walked");
    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_variants().get_by_node(&loans.id, &node, request)), items);
}

/// Active and inactive ones of one node in turn.
pub async fn the_active_variants_of_a_node_are_walked(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let decoy = |name: String| NodeVariant { is_active: false, ..variant(&name, "walked") };
    let items = interleaved(&store, |name| variant(&name, "walked"), decoy).await;

    let node = samples::id("walked");
    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_variants().get_active(&loans.id, &node, request)), items);
}

/// Variants of two workflows in turn.
pub async fn the_variants_of_a_workflow_are_walked(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let decoy = |name: String| samples::node_variant(&name, &claims, "walked");
    let items = interleaved(&store, |name| variant(&name, "walked"), decoy).await;

    let mut unit = store.begin_read().await;
    assert_eq!(walk!(2, request => unit.node_variants().get_by_workflow(&loans.id, request)), items);
}

/// Results of two executions in turn.
pub async fn the_results_of_an_execution_are_walked(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let result = |name: &str, of: &Execution| samples::evaluation_result(name, of, "length");
    let items = interleaved(&store, |name| result(&name, &run), |name| result(&name, &other)).await;

    let mut unit = store.begin_read().await;
    let walked: Vec<EvaluationResult> =
        walk!(2, request => unit.evaluation_results().get_by_execution(&run.id, request));
    assert_eq!(walked, items);
}

/// Entries about one execution, about another and about none, in turn.
pub async fn the_log_of_an_execution_is_walked(store: Backend) {
    let [run, other] = stored_executions(&store).await;
    let mut items = Vec::new();
    let mut unit = store.begin().await;
    for number in 0..ITEMS {
        let about = |of: &Execution| samples::full_audit_entry(&number.to_string(), of);
        let entries = vec![about(&other), about(&run), samples::audit_entry("about none")];
        items.push(entries[1].clone());
        unit.audit_logs().append_logs(None, entries).await.expect("appended");
    }
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let walked: Vec<AuditEntry> = walk!(2, request => unit.audit_logs().get_by_execution(&run.id, request));
    assert_eq!(walked, items);
}

fn boundary(name: &str, execution: &Execution) -> NodeBoundary {
    samples::node_boundary(name, execution, name)
}

fn variant(name: &str, node: &str) -> NodeVariant {
    samples::node_variant(name, &two_workflows()[0], node)
}
