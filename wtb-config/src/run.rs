//! Running a unit again when the store says that is safe.

use crate::nesting::{self, Nested};
use crate::retry::Retries;
use crate::{BoxFuture, RetryPolicy};
use wtb_ports::{Retry, Retryable, StoreError, UnitId, UnitOfWork, UnitOfWorkFactory, UnitOutcome};

/// Runs `body` in a unit and commits it; repeats the whole unit while the error's [`Retryable::retry`] is
/// [`Retry::WholeUnit`] and the [window](RetryPolicy::window) is open. A failing `begin` is a failed attempt. After an
/// error of `body` the unit is rolled back.
///
/// If the connection is lost during the commit, the store is asked for the outcome of the unit, for as long as another
/// window. A unit that was committed has succeeded; one that was not is a failed attempt.
///
/// `body` may run several times, so its effects outside the unit must allow that. It may borrow its surroundings.
///
/// `body` must not begin a second unit that writes to the same store, by `run` or [`Store::begin`](crate::Store::begin):
/// where the store has one writer, the second unit would wait for the first, which waits for it. So it fails at once, on
/// every store. This is known only of calls in the task of `body`: a task that `body` spawns and waits for fails with
/// `Unavailable` on SQLite, after the window and one more `storage.wait_ms`.
///
/// # Errors
/// The error of the last attempt, from `body` or from the store. `NestedUnit` inside the `body` of another unit of the
/// store. `OutcomeUnknown` only if the store cannot determine the outcome either.
pub async fn run<'env, T, E, F>(
    factory: &dyn UnitOfWorkFactory,
    policy: RetryPolicy,
    mut body: F,
) -> Result<T, E>
where
    T: Send,
    E: From<StoreError> + Retryable + Send,
    F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>> + Send,
{
    let nested = nesting::enter(factory)?;
    let mut retries = Retries::new(policy);
    loop {
        let outcome = run_once(factory, policy, &nested, &mut body).await;
        let safe = matches!(&outcome, Err(error) if error.retry() == Retry::WholeUnit);
        if !safe || !retries.pause().await {
            return outcome;
        }
    }
}

async fn run_once<'env, T, E, F>(
    factory: &dyn UnitOfWorkFactory,
    policy: RetryPolicy,
    nested: &Nested,
    body: &mut F,
) -> Result<T, E>
where
    E: From<StoreError>,
    F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>>,
{
    let mut unit = factory.begin().await?;
    match nested.scope(body(&mut *unit)).await {
        Ok(value) => {
            // Only now: a unit that fails on its way need not be asked about.
            let id = unit.identify().await?;
            if let Err(error) = unit.commit().await {
                resolved(factory, policy, &id, error).await?;
            }
            Ok(value)
        }
        Err(error) => {
            // Nothing is kept either way; the caller is told why the unit failed, not how it ended.
            if let Err(rollback) = unit.rollback().await {
                tracing::debug!(%rollback, "the rollback failed too");
            }
            Err(error)
        }
    }
}

/// What the error of a commit comes to, once the store was asked about the unit if its outcome is unknown.
async fn resolved(
    factory: &dyn UnitOfWorkFactory,
    policy: RetryPolicy,
    unit: &UnitId,
    error: StoreError,
) -> Result<(), StoreError> {
    let StoreError::OutcomeUnknown { source } = error else { return Err(error) };
    // A window of its own: an outcome that stays unknown is worse than an attempt that fails late.
    let mut retries = Retries::new(policy);
    loop {
        match factory.outcome_of(unit).await {
            Ok(UnitOutcome::Kept) => return Ok(()),
            Ok(UnitOutcome::NotKept) => {
                let waited_for = "the commit to reach the store".into();
                return Err(StoreError::Unavailable { waited_for, source: Some(source) });
            }
            Ok(UnitOutcome::Forgotten) => break,
            Err(no_answer) => {
                tracing::debug!(%unit, %no_answer, "the store does not answer what the outcome of a unit is");
                if no_answer.retry() != Retry::WholeUnit || !retries.pause().await {
                    tracing::warn!(%unit, %no_answer, "the outcome of a unit stays unknown");
                    break;
                }
            }
        }
    }
    Err(StoreError::OutcomeUnknown { source })
}
