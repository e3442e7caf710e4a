//! References: to what is stored only, and kept intact.

use crate::arrange::{add, read_back, stored_executions, stored_workflows};
use crate::everything::Everything;
use crate::expect::assert_refused;
use crate::{Backend, samples};
use wtb_domain::{EntityKind, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow};
use wtb_ports::{BoxUnitOfWork, StoreError};

/// A workflow with one of everything that can hang from it.
struct Family {
    workflow: Workflow,
    variant: NodeVariant,
    execution: Execution,
    boundary: NodeBoundary,
    result: EvaluationResult,
}

impl Family {
    fn new() -> Self {
        let workflow = samples::workflow("family");
        let execution = samples::execution("family", &workflow);
        Self {
            variant: samples::node_variant("dense", &workflow, "retrieve"),
            boundary: samples::node_boundary("family", &execution, "retrieve"),
            result: samples::evaluation_result("family", &execution, "length"),
            workflow,
            execution,
        }
    }

    async fn stored(store: &Backend) -> Self {
        let family = Self::new();
        let mut unit = store.begin().await;
        family.add_to(&mut unit).await;
        unit.commit().await.expect("committed");
        family
    }

    /// Parents first.
    async fn add_to(&self, unit: &mut BoxUnitOfWork) {
        unit.workflows().add(self.workflow.clone()).await.expect("added");
        unit.node_variants().add(self.variant.clone()).await.expect("added");
        unit.executions().add(self.execution.clone()).await.expect("added");
        unit.node_boundaries().add(self.boundary.clone()).await.expect("added");
        unit.evaluation_results().add(self.result.clone()).await.expect("added");
    }
}

/// Parents first.
pub async fn a_family_can_be_added_in_one_unit(store: Backend) {
    let family = Family::stored(&store).await;

    assert_eq!(read_back(&store, &family.boundary).await, Some(family.boundary));
    assert_eq!(read_back(&store, &family.result).await, Some(family.result));
    assert_eq!(read_back(&store, &family.variant).await, Some(family.variant));
}

/// Even if the parent would come later in the unit.
pub async fn a_child_before_its_parent_is_refused(store: Backend) {
    let family = Family::new();
    let mut unit = store.begin().await;
    assert_refused!(
        unit.executions().add(family.execution).await,
        StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow },
    );
}

/// Children first.
pub async fn a_family_can_be_deleted_in_one_unit(store: Backend) {
    let empty = Everything::kept_by(&store).await;
    let family = Family::stored(&store).await;
    let mut unit = store.begin().await;
    assert!(unit.evaluation_results().delete(&family.result.id).await.expect("deleted"));
    assert!(unit.node_boundaries().delete(&family.boundary.id).await.expect("deleted"));
    assert!(unit.executions().delete(&family.execution.id).await.expect("deleted"));
    assert!(unit.node_variants().delete(&family.variant.id).await.expect("deleted"));
    assert!(unit.workflows().delete(&family.workflow.id).await.expect("deleted"));
    unit.commit().await.expect("committed");

    assert_eq!(Everything::kept_by(&store).await, empty);
}

/// Neither is the parent deleted nor are its children.
pub async fn a_parent_before_its_children_cannot_be_deleted(store: Backend) {
    let family = Family::stored(&store).await;
    let before = Everything::kept_by(&store).await;
    let mut unit = store.begin().await;
    assert_refused!(
        unit.workflows().delete(&family.workflow.id).await,
        StoreError::StillReferenced { entity: EntityKind::Workflow },
    );
    drop(unit);
    let mut unit = store.begin().await;
    assert_refused!(
        unit.executions().delete(&family.execution.id).await,
        StoreError::StillReferenced { entity: EntityKind::Execution },
    );
    drop(unit);

    assert_eq!(Everything::kept_by(&store).await, before);
}

/// Whichever child is the last to stay, in the unit that deletes the others too.
pub async fn every_kind_of_child_keeps_its_parent(store: Backend) {
    let family = Family::stored(&store).await;
    let mut unit = store.begin().await;
    unit.node_boundaries().delete(&family.boundary.id).await.expect("deleted");
    assert_refused!(unit.executions().delete(&family.execution.id).await, StoreError::StillReferenced { .. });
    drop(unit);
    let mut unit = store.begin().await;
    unit.evaluation_results().delete(&family.result.id).await.expect("deleted");
    assert_refused!(unit.executions().delete(&family.execution.id).await, StoreError::StillReferenced { .. });
    drop(unit);

    let [loans, claims] = stored_workflows(&store).await;
    add(&store, &[samples::node_variant("only", &loans, "retrieve")]).await;
    add(&store, &[samples::execution("only", &claims)]).await;
    for parent in [loans, claims] {
        let mut unit = store.begin().await;
        let answer = unit.workflows().delete(&parent.id).await;
        assert_refused!(answer, StoreError::StillReferenced { .. });
    }
}

/// A child written in the same unit keeps its parent as well.
pub async fn a_child_of_the_same_unit_keeps_its_parent(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut unit = store.begin().await;
    unit.executions().add(samples::execution("new", &loans)).await.expect("added");
    assert_refused!(
        unit.workflows().delete(&loans.id).await,
        StoreError::StillReferenced { entity: EntityKind::Workflow },
    );
}

/// The old parent then has no children.
pub async fn a_child_can_move_to_another_parent(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let run = samples::execution("run", &loans);
    add(&store, std::slice::from_ref(&run)).await;
    let mut unit = store.begin().await;
    let moved = Execution { workflow_id: claims.id.clone(), ..run };
    let moved = unit.executions().update(moved).await.expect("updated");
    assert!(unit.workflows().delete(&loans.id).await.expect("deleted"));
    unit.commit().await.expect("committed");

    assert_eq!(read_back(&store, &loans).await, None);
    assert_eq!(read_back(&store, &moved).await, Some(moved));
    let mut unit = store.begin().await;
    assert_refused!(unit.workflows().delete(&claims.id).await, StoreError::StillReferenced { .. });
}

/// Even to one that was there when the unit began.
pub async fn a_parent_deleted_in_the_same_unit_is_missing(store: Backend) {
    let [loans, claims] = stored_workflows(&store).await;
    let run = samples::execution("run", &claims);
    add(&store, std::slice::from_ref(&run)).await;

    let mut unit = store.begin().await;
    unit.workflows().delete(&loans.id).await.expect("deleted");
    assert_refused!(
        unit.executions().add(samples::execution("new", &loans)).await,
        StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow },
    );
    drop(unit);

    let mut unit = store.begin().await;
    unit.workflows().delete(&loans.id).await.expect("deleted");
    let moved = Execution { workflow_id: loans.id.clone(), ..run };
    assert_refused!(
        unit.executions().update(moved).await,
        StoreError::MissingReference { entity: EntityKind::Execution, refers_to: EntityKind::Workflow },
    );
}

/// As it never was there for anyone else.
pub async fn a_parent_whose_unit_was_rolled_back_is_missing(store: Backend) {
    let family = Family::new();
    let mut unit = store.begin().await;
    unit.workflows().add(family.workflow).await.expect("added");
    unit.rollback().await.expect("rolled back");

    let mut unit = store.begin().await;
    assert_refused!(unit.executions().add(family.execution).await, StoreError::MissingReference { .. });
}

/// A child that was never kept holds nothing.
pub async fn a_child_whose_unit_was_rolled_back_does_not_keep_its_parent(store: Backend) {
    let [loans, _] = stored_workflows(&store).await;
    let mut unit = store.begin().await;
    unit.executions().add(samples::execution("new", &loans)).await.expect("added");
    unit.rollback().await.expect("rolled back");

    let mut unit = store.begin().await;
    assert!(unit.workflows().delete(&loans.id).await.expect("deleted"));
    unit.commit().await.expect("committed");
    assert_eq!(read_back(&store, &loans).await, None);
}

/// The log outlives what it is about.
pub async fn entries_do_not_keep_their_execution(store: Backend) {
    let [run, _] = stored_executions(&store).await;
    let entry = samples::full_audit_entry("started", &run);
    let mut unit = store.begin().await;
    unit.audit_logs().append_logs(None, vec![entry.clone()]).await.expect("appended");
    unit.executions().delete(&run.id).await.expect("deleted");
    unit.commit().await.expect("committed");

    let mut unit = store.begin_read().await;
    let log = unit.audit_logs().get_by_execution(&run.id, crate::walk::first(10)).await.expect("listed");
    assert_eq!(log.items, [entry]);
}
