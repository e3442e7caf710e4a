//! Which stores have a unit that writes and encloses the current code.

use std::sync::Arc;
use wtb_ports::{StoreError, StoreResult, UnitOfWorkFactory};

tokio::task_local! {
    /// The stores whose `run` is in its body, outermost first.
    static OPEN: Arc<[StoreAddress]>;
}

/// Tells one open store from another: where it is in memory.
type StoreAddress = usize;

/// The stores whose units enclose a body.
pub(crate) struct Nested(Arc<[StoreAddress]>);

impl Nested {
    /// Runs `body` with these stores known to be in use.
    pub(crate) async fn scope<T>(&self, body: impl Future<Output = T>) -> T {
        OPEN.scope(Arc::clone(&self.0), body).await
    }
}

/// Adds `factory` to the stores in use.
///
/// # Errors
/// `NestedUnit` if it already is in use.
pub(crate) fn enter(factory: &dyn UnitOfWorkFactory) -> StoreResult<Nested> {
    refuse_inside_unit(factory)?;
    let enclosing = OPEN.try_with(Arc::clone).unwrap_or_default();
    Ok(Nested(enclosing.iter().copied().chain([address(factory)]).collect()))
}

/// Refuses inside the body of a unit that writes to the same store.
///
/// # Errors
/// `NestedUnit` there.
pub(crate) fn refuse_inside_unit(factory: &dyn UnitOfWorkFactory) -> StoreResult<()> {
    match OPEN.try_with(|open| open.contains(&address(factory))) {
        Ok(true) => Err(StoreError::NestedUnit),
        Ok(false) | Err(_) => Ok(()),
    }
}

fn address(factory: &dyn UnitOfWorkFactory) -> StoreAddress {
    std::ptr::from_ref(factory).addr()
}
