//! What cases do before and after the step they are about, each in a unit of its own.

use crate::expect::whole;
use crate::stored::Stored;
use crate::{Backend, samples};
use wtb_domain::{Execution, Workflow};
use wtb_ports::PageRequest;

/// Adds the entities one by one and commits.
pub(crate) async fn add<E: Stored>(store: &Backend, entities: &[E]) {
    let mut unit = store.begin().await;
    for entity in entities {
        E::add(&mut unit, entity.clone()).await.expect("added");
    }
    unit.commit().await.expect("committed");
}

/// Adds the entity and commits.
pub(crate) async fn add_one<E: Stored>(store: &Backend, entity: &E) {
    add(store, std::slice::from_ref(entity)).await;
}

/// Updates the entity, commits, and answers it at its next revision.
pub(crate) async fn update<E: Stored>(store: &Backend, entity: E) -> E {
    let mut unit = store.begin().await;
    let updated = E::update(&mut unit, entity).await.expect("updated");
    unit.commit().await.expect("committed");
    updated
}

/// Deletes the entity, which is stored, and commits.
pub(crate) async fn delete<E: Stored>(store: &Backend, entity: &E) {
    let mut unit = store.begin().await;
    assert!(E::delete(&mut unit, entity.id()).await.expect("deleted"), "{entity:?} was stored");
    unit.commit().await.expect("committed");
}

/// What is stored under the entity's id.
pub(crate) async fn read_back<E: Stored>(store: &Backend, entity: &E) -> Option<E> {
    E::get_by_id(&mut store.begin_read().await, entity.id()).await.expect("read")
}

/// All stored entities of a kind.
pub(crate) async fn list<E: Stored>(store: &Backend) -> Vec<E> {
    whole(E::list_all(&mut store.begin_read().await, PageRequest::default()).await)
}

/// Two workflows to refer to.
pub(crate) fn two_workflows() -> [Workflow; 2] {
    ["loans", "claims"].map(samples::workflow)
}

/// Two executions to refer to, one of each of [`two_workflows`].
pub(crate) fn two_executions() -> [Execution; 2] {
    let [loans, claims] = two_workflows();
    [samples::execution("loans", &loans), samples::execution("claims", &claims)]
}

/// Stores [`two_workflows`].
pub(crate) async fn stored_workflows(store: &Backend) -> [Workflow; 2] {
    let workflows = two_workflows();
    add(store, &workflows).await;
    workflows
}

/// Stores [`two_executions`] and their workflows.
pub(crate) async fn stored_executions(store: &Backend) -> [Execution; 2] {
    stored_workflows(store).await;
    let executions = two_executions();
    add(store, &executions).await;
    executions
}
