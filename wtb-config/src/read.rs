//! Reading again when the store says that is safe.

use crate::retry::Retries;
use crate::{BoxFuture, RetryPolicy};
use wtb_ports::{BoxUnitOfWork, Retry, Retryable, StoreError, StoreResult, UnitOfWork};

/// Runs `body` in a unit of `begin`, which only reads; repeats it in a new unit, with a new snapshot, while the error's
/// [`Retryable::retry`] is [`Retry::WholeUnit`] and the [window](RetryPolicy::window) is open.
pub(crate) async fn read<'env, T, E, F, B, U>(policy: RetryPolicy, begin: B, mut body: F) -> Result<T, E>
where
    T: Send,
    E: From<StoreError> + Retryable + Send,
    F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>> + Send,
    B: Fn() -> U,
    U: Future<Output = StoreResult<BoxUnitOfWork>>,
{
    let mut retries = Retries::new(policy);
    loop {
        let outcome = match begin().await {
            // Dropped afterwards: what was read does not depend on how the unit ends.
            Ok(mut unit) => body(&mut *unit).await,
            Err(error) => Err(E::from(error)),
        };
        let safe = matches!(&outcome, Err(error) if error.retry() == Retry::WholeUnit);
        if !safe || !retries.pause().await {
            return outcome;
        }
    }
}
