//! Node variants: found by id, workflow and node, active or not; unique by workflow, node and name.

use crate::arrange::{add, add_one, delete, list, stored_workflows, two_workflows, update};
use crate::expect::whole;
use crate::shared::{Referring, Subject, Unique, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{EntityKind, Json, NodeId, NodeVariant, NodeVariantId, WorkflowId};
use wtb_ports::PageRequest;

impl Subject for NodeVariant {
    const PARENT: Option<EntityKind> = Some(EntityKind::Workflow);

    fn plain(name: &str) -> Self {
        samples::node_variant(name, &two_workflows()[0], "retrieve")
    }

    fn full(name: &str) -> Self {
        samples::full_node_variant(name, &two_workflows()[0], "retrieve")
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            definition: Json::new("[]"),
            created_at: samples::time(50),
            ..samples::full_node_variant("changed", &two_workflows()[1], "generate")
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        (Self { name: "n".repeat(1_001), ..self.clone() }, "name")
    }

    fn with_id(&self, id: &NodeVariantId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Unique for NodeVariant {
    const UNIQUE: &'static str = Self::UNIQUE;

    fn with_unique_fields_of(&self, other: &Self) -> Self {
        Self {
            workflow_id: other.workflow_id.clone(),
            node_id: other.node_id.clone(),
            name: other.name.clone(),
            ..self.clone()
        }
    }
}

impl Referring for NodeVariant {
    fn orphaned(&self) -> Self {
        Self { workflow_id: samples::id("workflow-absent"), ..self.clone() }
    }
}

shared_cases!(NodeVariant: adding, reading, updating, deleting, unique, referring);

async fn by_node(store: &Backend, workflow: &WorkflowId, node: &str) -> Vec<NodeVariant> {
    let node: NodeId = samples::id(node);
    whole(store.begin_read().await.node_variants().get_by_node(workflow, &node, PageRequest::default()).await)
}

async fn active(store: &Backend, workflow: &WorkflowId, node: &str) -> Vec<NodeVariant> {
    let node: NodeId = samples::id(node);
    whole(store.begin_read().await.node_variants().get_active(workflow, &node, PageRequest::default()).await)
}

async fn by_workflow(store: &Backend, workflow: &WorkflowId) -> Vec<NodeVariant> {
    whole(store.begin_read().await.node_variants().get_by_workflow(workflow, PageRequest::default()).await)
}

fn with_activity(variant: &NodeVariant, is_active: bool) -> NodeVariant {
    NodeVariant { is_active, ..variant.clone() }
}

/// Two of workflow, node and name may be the same.
pub async fn variants_may_share_all_but_one_of_workflow_node_and_name(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let variants = [
        samples::node_variant("dense", &loans, "retrieve"),
        samples::node_variant("sparse", &loans, "retrieve"),
        samples::node_variant("dense", &loans, "generate"),
        samples::node_variant("dense", &claims, "retrieve"),
    ];
    add(&store, &variants).await;

    assert_eq!(list::<NodeVariant>(&store).await, variants);
}

/// In insertion order: neither other nodes nor the same node of another workflow, but inactive ones too.
pub async fn get_by_node_answers_only_variants_of_the_node_of_the_workflow(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let first = samples::full_node_variant("sparse", &loans, "retrieve");
    let second = samples::node_variant("dense", &loans, "retrieve");
    let other_node = samples::node_variant("dense", &loans, "generate");
    let other_workflow = samples::node_variant("dense", &claims, "retrieve");
    add(&store, &[first.clone(), other_node, other_workflow.clone(), second.clone()]).await;

    assert_eq!(by_node(&store, &loans.id, "retrieve").await, [first, second]);
    assert_eq!(by_node(&store, &claims.id, "retrieve").await, [other_workflow]);
}

/// Where each is stored, but not together.
pub async fn get_by_node_is_empty_unless_workflow_and_node_match(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let variants = [
        samples::node_variant("dense", &loans, "retrieve"),
        samples::node_variant("dense", &claims, "generate"),
    ];
    add(&store, &variants).await;

    assert_eq!(by_node(&store, &loans.id, "generate").await, []);
    assert_eq!(by_node(&store, &claims.id, "retrieve").await, []);
}

/// It takes its place by when it was added, not by when it moved.
pub async fn get_by_node_follows_a_variant_to_another_node(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let moving = samples::node_variant("dense", &loans, "retrieve");
    let staying = samples::node_variant("sparse", &loans, "rerank");
    add(&store, &[moving.clone(), staying.clone()]).await;
    let moved = update(&store, NodeVariant { node_id: samples::id("rerank"), ..moving }).await;

    assert_eq!(by_node(&store, &loans.id, "retrieve").await, []);
    let there = [moved, staying];
    assert_eq!(by_node(&store, &loans.id, "rerank").await, there);
    assert_eq!(active(&store, &loans.id, "rerank").await, there);
}

/// In insertion order: neither inactive ones, nor other nodes, nor the same node of another workflow.
pub async fn get_active_answers_only_active_variants_of_the_node_of_the_workflow(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let [first, second] = ["sparse", "dense"].map(|name| samples::node_variant(name, &loans, "retrieve"));
    let decoys = [
        samples::full_node_variant("old", &loans, "retrieve"),
        samples::node_variant("dense", &loans, "generate"),
        samples::node_variant("dense", &claims, "retrieve"),
    ];
    add_one(&store, &first).await;
    add(&store, &decoys).await;
    add_one(&store, &second).await;

    assert_eq!(active(&store, &loans.id, "retrieve").await, [first, second]);
}

/// The other lists keep it.
pub async fn get_active_leaves_out_a_variant_that_is_deactivated(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let [first, second] = ["dense", "sparse"].map(|name| samples::node_variant(name, &loans, "retrieve"));
    add(&store, &[first.clone(), second.clone()]).await;
    let inactive = update(&store, with_activity(&first, false)).await;

    assert_eq!(active(&store, &loans.id, "retrieve").await, std::slice::from_ref(&second));
    assert_eq!(by_node(&store, &loans.id, "retrieve").await, [inactive, second]);
}

/// At the place it was added at.
pub async fn get_active_answers_a_variant_that_is_active_again(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let first = samples::full_node_variant("dense", &loans, "retrieve");
    let second = samples::node_variant("sparse", &loans, "retrieve");
    add(&store, &[first.clone(), second.clone()]).await;
    let first = update(&store, with_activity(&first, true)).await;

    assert_eq!(active(&store, &loans.id, "retrieve").await, [first, second]);
}

/// With inactive ones, and without any.
pub async fn get_active_without_active_variants_is_empty(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    add_one(&store, &samples::full_node_variant("dense", &loans, "retrieve")).await;

    assert_eq!(active(&store, &loans.id, "retrieve").await, []);
    assert_eq!(active(&store, &claims.id, "retrieve").await, []);
}

/// In insertion order: of all its nodes, active or not.
pub async fn get_by_workflow_answers_only_its_variants(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let first = samples::node_variant("dense", &loans, "retrieve");
    let second = samples::full_node_variant("dense", &loans, "generate");
    let decoy = samples::node_variant("dense", &claims, "retrieve");
    add(&store, &[first.clone(), decoy.clone(), second.clone()]).await;

    assert_eq!(by_workflow(&store, &loans.id).await, [first, second]);
    assert_eq!(by_workflow(&store, &claims.id).await, [decoy]);
}

/// Whether the workflow is stored or not.
pub async fn get_by_workflow_without_variants_is_empty(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    add_one(&store, &samples::node_variant("dense", &loans, "retrieve")).await;

    assert_eq!(by_workflow(&store, &claims.id).await, []);
    assert_eq!(by_workflow(&store, &samples::id("workflow-absent")).await, []);
}

/// Every list finds it under its new workflow only.
pub async fn a_variant_moved_to_another_workflow_is_found_there(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let before = samples::node_variant("dense", &loans, "retrieve");
    add_one(&store, &before).await;
    let moved = update(&store, NodeVariant { workflow_id: claims.id.clone(), ..before }).await;

    assert_eq!(by_workflow(&store, &loans.id).await, []);
    assert_eq!(by_node(&store, &loans.id, "retrieve").await, []);
    assert_eq!(active(&store, &loans.id, "retrieve").await, []);
    let now = [moved];
    assert_eq!(by_workflow(&store, &claims.id).await, now);
    assert_eq!(by_node(&store, &claims.id, "retrieve").await, now);
    assert_eq!(active(&store, &claims.id, "retrieve").await, now);
}

/// By node, by workflow and among the active.
pub async fn a_deleted_variant_is_gone_from_every_list(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let [gone, kept] = ["dense", "sparse"].map(|name| samples::node_variant(name, &loans, "retrieve"));
    add(&store, &[gone.clone(), kept.clone()]).await;
    delete(&store, &gone).await;

    let rest = [kept];
    assert_eq!(by_node(&store, &loans.id, "retrieve").await, rest);
    assert_eq!(active(&store, &loans.id, "retrieve").await, rest);
    assert_eq!(by_workflow(&store, &loans.id).await, rest);
}
