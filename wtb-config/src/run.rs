//! Running a unit again when the store says that is safe.

use crate::RetrySettings;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZeroU8;
use std::pin::Pin;
use std::time::Duration;
use wtb_ports::{Retry, Retryable, StoreError, UnitId, UnitOfWork, UnitOfWorkFactory, UnitOutcome};

/// A future of any kind, as the body of a unit answers it: `Box::pin(async move { … })`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How often a unit is run, and how long the pauses between are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often at most, the first time included.
    pub max_attempts: NonZeroU8,
    /// The longest pause before the second attempt; it doubles with each attempt.
    pub base_delay: Duration,
    /// The longest pause before any attempt.
    pub max_delay: Duration,
}

impl From<&RetrySettings> for RetryPolicy {
    fn from(settings: &RetrySettings) -> Self {
        Self {
            max_attempts: settings.max_attempts,
            base_delay: Duration::from_millis(settings.base_delay_ms.into()),
            max_delay: Duration::from_millis(settings.max_delay_ms.into()),
        }
    }
}

impl RetryPolicy {
    /// The pause after `attempt` (from 1) failed: random, so that units that met do not meet again.
    fn delay(&self, attempt: u8) -> Duration {
        let longest = self.base_delay.saturating_mul(1 << (attempt - 1).min(31)).min(self.max_delay);
        let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(random() % micros.saturating_add(1))
    }
}

/// A random number, good enough to spread pauses: the standard library keys every hasher anew.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Runs `body` in a unit and commits it; repeats the whole unit while the error's [`Retryable::retry`] is
/// [`Retry::WholeUnit`]. A failing `begin` counts as an attempt. After an error of `body` the unit is rolled back.
///
/// Where contact is lost during the commit, the store is asked what became of the unit, as often and with such pauses as
/// the unit would be run again. One that is kept has succeeded, one that is not costs an attempt.
///
/// `body` may run several times, so what it does outside its unit must bear that. It may borrow its surroundings.
///
/// # Errors
/// The error of the last attempt, from `body` or from the store. `OutcomeUnknown` only if the store cannot tell either.
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
    for attempt in 1..policy.max_attempts.get() {
        match run_once(factory, policy, &mut body).await {
            Err(error) if error.retry() == Retry::WholeUnit => {
                let delay = policy.delay(attempt);
                tracing::debug!(attempt, ?delay, "the unit is run again");
                tokio::time::sleep(delay).await;
            }
            outcome => return outcome,
        }
    }
    run_once(factory, policy, &mut body).await
}

async fn run_once<'env, T, E, F>(
    factory: &dyn UnitOfWorkFactory,
    policy: RetryPolicy,
    body: &mut F,
) -> Result<T, E>
where
    E: From<StoreError>,
    F: for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env)) -> BoxFuture<'a, Result<T, E>>,
{
    let mut unit = factory.begin().await?;
    match body(&mut *unit).await {
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
    for attempt in 1..=policy.max_attempts.get() {
        match factory.outcome_of(unit).await {
            Ok(UnitOutcome::Kept) => return Ok(()),
            Ok(UnitOutcome::NotKept) => {
                let waited_for = "the commit to reach the store".into();
                return Err(StoreError::Unavailable { waited_for, source: Some(source) });
            }
            Ok(UnitOutcome::Forgotten) => break,
            Err(no_answer)
                if no_answer.retry() == Retry::WholeUnit && attempt < policy.max_attempts.get() =>
            {
                let delay = policy.delay(attempt);
                tracing::debug!(%unit, %no_answer, ?delay, "the store is asked again what became of a unit");
                tokio::time::sleep(delay).await;
            }
            Err(no_answer) => {
                tracing::warn!(%unit, %no_answer, "the store does not tell what became of a unit");
                break;
            }
        }
    }
    Err(StoreError::OutcomeUnknown { source })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn policy(base_ms: u64, max_ms: u64) -> RetryPolicy {
        RetryPolicy {
            max_attempts: NonZeroU8::MAX,
            base_delay: Duration::from_millis(base_ms),
            max_delay: Duration::from_millis(max_ms),
        }
    }

    fn longest_of_many(policy: RetryPolicy, attempt: u8) -> Duration {
        (0..1_000).map(|_| policy.delay(attempt)).max().unwrap()
    }

    #[test]
    fn pauses_are_random_and_their_bound_doubles_up_to_the_maximum() {
        for (attempt, bound_ms) in [(1, 10), (2, 20), (4, 80), (5, 100), (255, 100)] {
            let bound = Duration::from_millis(bound_ms);
            let longest = longest_of_many(policy(10, 100), attempt);
            assert!(longest <= bound && longest > bound * 9 / 10, "attempt {attempt}: {longest:?}");
        }
    }

    #[test]
    fn no_delay_means_no_pause() {
        assert_eq!(longest_of_many(policy(0, 100), 7), Duration::ZERO);
    }
}
