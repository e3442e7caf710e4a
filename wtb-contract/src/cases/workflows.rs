//! Workflows: found by id, name and version, unique by name and version.

use crate::arrange::{add, add_one, delete, list, stored_workflows, update};
use crate::expect::assert_held;
use crate::shared::{Subject, Unique, shared_cases};
use crate::{Backend, samples};
use wtb_domain::{EntityKind, Json, MAX_KEY_TEXT_BYTES, Workflow, WorkflowId};

impl Subject for Workflow {
    const PARENT: Option<EntityKind> = None;

    fn plain(name: &str) -> Self {
        samples::workflow(name)
    }

    fn full(name: &str) -> Self {
        samples::full_workflow(name)
    }

    fn changed(&self) -> Self {
        Self {
            id: self.id.clone(),
            revision: self.revision,
            definition: Json::new("[]"),
            created_at: samples::time(50),
            ..samples::full_workflow("changed")
        }
    }

    fn spoilt(&self) -> (Self, &'static str) {
        (Self { definition: Json::new("{nope}"), ..self.clone() }, "definition")
    }

    fn with_id(&self, id: &WorkflowId) -> Self {
        Self { id: id.clone(), ..self.clone() }
    }
}

impl Unique for Workflow {
    const UNIQUE: &'static str = Self::UNIQUE;

    fn with_unique_fields_of(&self, other: &Self) -> Self {
        Self { name: other.name.clone(), version: other.version.clone(), ..self.clone() }
    }
}

shared_cases!(Workflow: adding, reading, updating, deleting, unique);

/// A workflow `name` in this version, made and last changed at one moment, so that only insertion tells the newest.
fn in_version(name: &str, version: &str) -> Workflow {
    let id = samples::id(&format!("workflow-{name}-{version}"));
    Workflow { id, version: version.to_owned(), ..samples::workflow(name) }
}

async fn by_name(store: &Backend, name: &str) -> Option<Workflow> {
    store.begin_read().await.workflows().get_by_name(name).await.expect("read")
}

async fn by_name_and_version(store: &Backend, name: &str, version: &str) -> Option<Workflow> {
    store.begin_read().await.workflows().get_by_name_and_version(name, version).await.expect("read")
}

/// Same name and other version, or same version and other name, is not the same workflow.
pub async fn workflows_may_share_a_name_or_a_version(store: Backend) {
    let workflows = [in_version("loans", "1"), in_version("loans", "2"), in_version("claims", "1")];
    add(&store, &workflows).await;

    assert_eq!(list::<Workflow>(&store).await, workflows);
}

/// Not the one with the highest version, nor the one whose id sorts last.
pub async fn get_by_name_answers_the_version_added_last(store: Backend) {
    let [first, last, decoy] =
        [in_version("loans", "2"), in_version("loans", "1"), in_version("claims", "3")];
    add(&store, &[first, last.clone(), decoy]).await;

    assert_eq!(by_name(&store, "loans").await, Some(last));
}

/// Being updated last does not make a version the newest.
pub async fn get_by_name_is_not_swayed_by_updates(store: Backend) {
    let [first, last] = [in_version("loans", "1"), in_version("loans", "2")];
    add(&store, &[first.clone(), last.clone()]).await;
    update(&store, Workflow { updated_at: samples::time(60), ..first }).await;

    assert_eq!(by_name(&store, "loans").await, Some(last));
}

/// It was added first, under whatever name.
pub async fn a_workflow_renamed_to_a_used_name_is_not_its_newest_version(store: Backend) {
    let [first, last] = [in_version("claims", "1"), in_version("loans", "2")];
    add(&store, &[first.clone(), last.clone()]).await;
    update(&store, Workflow { name: "loans".to_owned(), ..first }).await;

    assert_eq!(by_name(&store, "loans").await, Some(last));
}

/// Once the newest version is deleted.
pub async fn get_by_name_answers_the_version_before_a_deleted_one(store: Backend) {
    let [first, last] = [in_version("loans", "1"), in_version("loans", "2")];
    add(&store, &[first.clone(), last.clone()]).await;
    delete(&store, &last).await;

    assert_eq!(by_name(&store, "loans").await, Some(first));
}

/// Names are compared whole, with case, and are no patterns.
pub async fn get_by_name_answers_none_for_names_that_are_only_similar(store: Backend) {
    add_one(&store, &samples::workflow("loans")).await;

    for similar in ["loan", "loans ", "LOANS", "loan%", "loan_", "%", ""] {
        assert_eq!(by_name(&store, similar).await, None, "{similar:?}");
    }
}

/// So both may be stored in one version.
pub async fn names_that_differ_in_case_are_different_names(store: Backend) {
    let [lower, upper] = ["loans", "Loans"].map(|name| in_version(name, "1"));
    add(&store, &[lower.clone(), upper.clone()]).await;

    assert_eq!(by_name(&store, "loans").await.as_ref(), Some(&lower));
    assert_eq!(by_name(&store, "Loans").await.as_ref(), Some(&upper));
    assert_eq!(by_name_and_version(&store, "loans", "1").await, Some(lower));
    assert_eq!(by_name_and_version(&store, "Loans", "1").await, Some(upper));
}

/// With workflows of the same name, and of the same version, beside it.
pub async fn get_by_name_and_version_finds_the_one_workflow(store: Backend) {
    let [first, second, third] =
        [in_version("loans", "1"), in_version("loans", "2"), in_version("claims", "1")];
    add(&store, &[first.clone(), second.clone(), third.clone()]).await;

    assert_eq!(by_name_and_version(&store, "loans", "1").await, Some(first));
    assert_eq!(by_name_and_version(&store, "loans", "2").await, Some(second));
    assert_eq!(by_name_and_version(&store, "claims", "1").await, Some(third));
}

/// Where each is stored, but not together.
pub async fn get_by_name_and_version_answers_none_unless_both_match(store: Backend) {
    add(&store, &[in_version("loans", "2"), in_version("claims", "1")]).await;

    assert_eq!(by_name_and_version(&store, "loans", "1").await, None);
    assert_eq!(by_name_and_version(&store, "claims", "2").await, None);
}

/// By either lookup.
pub async fn a_renamed_workflow_is_found_under_its_new_name_only(store: Backend) {
    let loans = in_version("loans", "1");
    add_one(&store, &loans).await;
    let credits = update(&store, Workflow { name: "credits".to_owned(), ..loans }).await;

    assert_eq!(by_name(&store, "loans").await, None);
    assert_eq!(by_name_and_version(&store, "loans", "1").await, None);
    assert_eq!(by_name(&store, "credits").await.as_ref(), Some(&credits));
    assert_eq!(by_name_and_version(&store, "credits", "1").await, Some(credits));
}

/// The version is part of the lookup, so it must follow too.
pub async fn a_workflow_in_a_new_version_is_found_under_that_version_only(store: Backend) {
    let first = in_version("loans", "1");
    add_one(&store, &first).await;
    let second = update(&store, Workflow { version: "2".to_owned(), ..first }).await;

    assert_eq!(by_name_and_version(&store, "loans", "1").await, None);
    assert_eq!(by_name_and_version(&store, "loans", "2").await, Some(second));
}

/// By either lookup.
pub async fn a_deleted_workflow_is_not_found_by_name(store: Backend) {
    let loans = in_version("loans", "1");
    add_one(&store, &loans).await;
    delete(&store, &loans).await;

    assert_eq!(by_name(&store, "loans").await, None);
    assert_eq!(by_name_and_version(&store, "loans", "1").await, None);
}

/// An execution without its workflow could not go on.
pub async fn deleting_a_workflow_with_executions_is_refused(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    add_one(&store, &samples::execution("run", &loans)).await;

    assert_held(&store, &loans).await;
}

/// Inactive ones too.
pub async fn deleting_a_workflow_with_variants_is_refused(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    add_one(&store, &samples::full_node_variant("dense", &loans, "retrieve")).await;

    assert_held(&store, &loans).await;
}

/// What refers to another workflow does not matter.
pub async fn a_workflow_can_be_deleted_beside_one_with_executions(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    add_one(&store, &samples::execution("run", &loans)).await;
    delete(&store, &claims).await;

    assert_eq!(list::<Workflow>(&store).await, [loans]);
}

/// In the unit that deleted them.
pub async fn a_workflow_can_be_deleted_after_its_executions_and_variants(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let (run, dense) =
        (samples::execution("run", &loans), samples::node_variant("dense", &loans, "retrieve"));
    add_one(&store, &run).await;
    add_one(&store, &dense).await;
    let mut unit = store.begin().await;
    unit.executions().delete(&run.id).await.expect("deleted");
    unit.node_variants().delete(&dense.id).await.expect("deleted");
    assert!(unit.workflows().delete(&loans.id).await.expect("nothing refers to it"), "it was there");
    unit.commit().await.expect("committed");

    assert_eq!(list::<Workflow>(&store).await, [claims]);
}

/// And the unit goes on.
pub async fn a_name_or_version_that_cannot_be_stored_is_not_found(store: Backend) {
    let stored = samples::workflow("loans");
    add_one(&store, &stored).await;
    let long = "x".repeat(MAX_KEY_TEXT_BYTES + 1);
    for absent in ["\0", "loans\0", "lo\0ans", long.as_str()] {
        let mut unit = store.begin().await;
        let workflows = unit.workflows();
        assert_eq!(workflows.get_by_name(absent).await.expect("read"), None);
        for (name, version) in [(absent, stored.version.as_str()), (&stored.name, absent), (absent, absent)] {
            assert_eq!(workflows.get_by_name_and_version(name, version).await.expect("read"), None);
        }
        assert_eq!(workflows.get_by_name(&stored.name).await.expect("read").as_ref(), Some(&stored));
        unit.commit().await.expect("committed");
    }
}
