//! A unit that reads before it writes: it reads how many there were before it, and writes one more.

use wtb_contract::samples;
use wtb_domain::Workflow;
use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory};

/// What all writers count together.
const ALL: &str = "all";

/// Stores what is needed to count the units of so many writers.
///
/// # Errors
/// What the store answers.
pub(super) async fn prepare(store: &dyn UnitOfWorkFactory, writers: u32) -> StoreResult<()> {
    let mut unit = store.begin().await?;
    let each = (0..writers).map(|writer| writer.to_string());
    let counts = [ALL.to_owned()].into_iter().chain(each).map(|name| {
        let description = 0.to_string();
        Workflow { description, ..samples::workflow(&name) }
    });
    unit.workflows().add_all(counts.collect()).await?;
    unit.commit().await
}

/// Counts one unit of `writer`.
///
/// # Errors
/// What the store answers.
pub(super) async fn count_one(store: &dyn UnitOfWorkFactory, writer: u32) -> StoreResult<()> {
    let mut unit = store.begin().await?;
    for name in [ALL, &writer.to_string()] {
        let id = samples::workflow(name).id;
        let found = unit.workflows().get_by_id(&id).await?;
        let found = found.ok_or_else(|| missing(name))?;
        let description = (counted(&found) + 1).to_string();
        unit.workflows().update(Workflow { description, ..found }).await?;
    }
    unit.commit().await
}

/// How many units all writers have counted together.
///
/// # Errors
/// What the store answers.
pub(super) async fn total(store: &dyn UnitOfWorkFactory) -> StoreResult<u64> {
    let mut unit = store.begin_read_own_writes().await?;
    let found = unit.workflows().get_by_id(&samples::workflow(ALL).id).await?;
    unit.rollback().await?;
    found.as_ref().map(counted).ok_or_else(|| missing(ALL))
}

fn counted(workflow: &Workflow) -> u64 {
    workflow.description.parse().expect("a number that was written here")
}

fn missing(name: &str) -> StoreError {
    StoreError::NotFound { entity: <Workflow as wtb_domain::Entity>::KIND, key: name.to_owned() }
}
