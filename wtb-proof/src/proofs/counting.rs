//! Counts that units read before they write: how many there were before, and one more.

use wtb_contract::samples;
use wtb_domain::{Entity, Json, Workflow};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// The name of the count that everybody keeps together; each has one of its own too, which is called by its number.
pub(super) const SHARED: &str = "shared";

/// The two around the letters of a document.
const QUOTES: usize = 2;

/// Stores the shared count, and one for each of so many, which is written with a document of this size.
///
/// # Errors
/// What the store answers.
pub(super) async fn prepare(store: &dyn UnitOfWorkFactory, each: u32, bytes: usize) -> StoreResult<()> {
    let names = [SHARED.to_owned()].into_iter().chain((0..each).map(|number| number.to_string()));
    let counts = names.map(|name| {
        let definition = document(if name == SHARED { 0 } else { bytes }, 0);
        Workflow { description: 0.to_string(), definition, ..samples::workflow(&name) }
    });
    let mut unit = store.begin().await?;
    unit.workflows().add_all(counts.collect()).await?;
    unit.commit().await
}

/// Counts one more in a unit.
///
/// # Errors
/// What the store answers.
pub(super) async fn count(unit: &mut BoxUnitOfWork, name: &str) -> StoreResult<()> {
    let found = find(unit, name).await?;
    let counted = counted(&found) + 1;
    let definition = document(found.definition.as_str().len() - QUOTES, counted);
    let counted = Workflow { description: counted.to_string(), definition, ..found };
    unit.workflows().update(counted).await.map(drop)
}

/// How many were counted so far.
///
/// # Errors
/// What the store answers.
pub(super) async fn read(store: &dyn UnitOfWorkFactory, name: &str) -> StoreResult<u64> {
    let mut unit = store.begin_read_own_writes().await?;
    let found = find(&mut unit, name).await?;
    unit.rollback().await?;
    Ok(counted(&found))
}

/// A document of so many letters. SQLite writes only what changes, so each count has another letter than the one before.
fn document(letters: usize, count: u64) -> Json {
    let letter = if count.is_multiple_of(2) { "x" } else { "y" };
    Json::new(format!("\"{}\"", letter.repeat(letters)))
}

async fn find(unit: &mut BoxUnitOfWork, name: &str) -> StoreResult<Workflow> {
    let found = unit.workflows().get_by_id(&samples::workflow(name).id).await?;
    found.ok_or_else(|| StoreError::NotFound { entity: Workflow::KIND, key: name.to_owned() })
}

fn counted(workflow: &Workflow) -> u64 {
    workflow.description.parse().expect("a number that was written here")
}
