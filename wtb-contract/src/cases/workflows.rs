//! Workflows: found by id, name and version, unique by name and version.

use crate::{Backend, samples};

/// What is added and committed is found by its id.
pub async fn an_added_workflow_is_found_by_its_id(store: Backend) {
    let loans = samples::full_workflow("loans");
    let mut unit = store.begin().await;
    assert_eq!(unit.workflows().add(loans.clone()).await.expect("added"), loans);
    unit.commit().await.expect("committed");

    let found = store.begin_read().await.workflows().get_by_id(&loans.id).await.expect("read");
    assert_eq!(found, Some(loans));
}
