//! For how long `run` repeats a unit, and asks for the outcome of one.

#![expect(clippy::unwrap_used, reason = "a test that cannot be arranged has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use wtb_config::{RetryPolicy, Settings, run};
use wtb_ports::mocks::{MockUnitOfWork, MockUnitOfWorkFactory};
use wtb_ports::{StoreError, StoreResult, UnitOfWork, UnitOutcome};

const WINDOW: Duration = Duration::from_mins(1);
/// The last pause has not ended yet.
const ALMOST: Duration = Duration::from_millis(59_999);
/// The timer of tokio counts whole milliseconds.
const TICK: Duration = Duration::from_millis(2);

/// The policy of the default settings.
fn policy() -> RetryPolicy {
    let policy = RetryPolicy::from(&Settings::for_testing().retry);
    assert_eq!(policy.window, WINDOW);
    policy
}

fn unavailable(waited_for: &'static str) -> StoreError {
    StoreError::Unavailable { waited_for: waited_for.into(), source: None }
}

fn lost() -> StoreError {
    StoreError::OutcomeUnknown { source: "the connection was lost".into() }
}

/// A store that does not begin a unit at all, and counts how often it was asked to.
fn out_of_reach() -> (MockUnitOfWorkFactory, Arc<AtomicU32>) {
    let attempts = Arc::new(AtomicU32::new(0));
    let mut factory = MockUnitOfWorkFactory::new();
    let (counted, start) = (Arc::clone(&attempts), Instant::now());
    factory.expect_begin().returning(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Err(unavailable(if start.elapsed() < WINDOW { "the server" } else { "the last attempt" }))
    });
    (factory, attempts)
}

/// A store whose commits are lost `lost_commits` times before one succeeds, with these answers about their outcomes.
fn loses_commits(
    lost_commits: u32,
    outcome: impl Fn(Duration) -> StoreResult<UnitOutcome> + Send + 'static,
) -> MockUnitOfWorkFactory {
    let mut factory = MockUnitOfWorkFactory::new();
    let mut begun = 0;
    factory.expect_begin().returning(move || {
        begun += 1;
        let fails = begun <= lost_commits;
        let mut unit = MockUnitOfWork::new();
        unit.expect_identify().returning(|| Ok("unit-1".parse().unwrap()));
        unit.expect_commit().return_once(move || if fails { Err(lost()) } else { Ok(()) });
        Ok(Box::new(unit) as Box<dyn UnitOfWork>)
    });
    let start = Instant::now();
    factory.expect_outcome_of().returning(move |_| outcome(start.elapsed()));
    factory
}

async fn empty_unit(store: &MockUnitOfWorkFactory, policy: RetryPolicy) -> StoreResult<()> {
    run(store, policy, |_| Box::pin(async { Ok(()) })).await
}

#[tokio::test(start_paused = true)]
async fn a_unit_is_retried_until_the_window_ends_and_once_more_then() {
    let (store, attempts) = out_of_reach();
    let start = Instant::now();
    let error = empty_unit(&store, policy()).await.unwrap_err();
    assert_eq!(error.to_string(), unavailable("the last attempt").to_string());
    assert!((WINDOW..=WINDOW + TICK).contains(&start.elapsed()), "{:?}", start.elapsed());
    // Pauses of up to a second, half of it in the mean: a store that refuses at once is not asked in a loop.
    let attempts = attempts.load(Ordering::Relaxed);
    assert!((70..300).contains(&attempts), "{attempts} attempts");
}

#[tokio::test(start_paused = true)]
async fn pauses_of_nothing_do_not_make_a_loop_without_pauses() {
    let (store, attempts) = out_of_reach();
    let none = Duration::ZERO;
    let window = Duration::from_secs(1);
    empty_unit(&store, RetryPolicy { window, base_delay: none, max_delay: none }).await.unwrap_err();
    let attempts = attempts.load(Ordering::Relaxed);
    assert!(attempts <= 2_002, "{attempts} attempts in a second");
}

#[tokio::test(start_paused = true)]
async fn the_window_opens_when_an_attempt_has_failed_however_long_that_took() {
    let store = loses_commits(1, |_| Ok(UnitOutcome::NotKept));
    let mut runs = 0;
    let answer = run(&store, policy(), |_| {
        runs += 1;
        Box::pin(async {
            tokio::time::sleep(2 * WINDOW).await;
            Ok::<_, StoreError>(())
        })
    });
    answer.await.unwrap();
    assert_eq!(runs, 2);
}

#[tokio::test(start_paused = true)]
async fn the_outcome_of_a_lost_commit_is_asked_for_until_the_window_ends() {
    let answer =
        move |elapsed| if elapsed < ALMOST { Err(unavailable("the server")) } else { Ok(UnitOutcome::Kept) };
    empty_unit(&loses_commits(1, answer), policy()).await.unwrap();

    let never = loses_commits(1, |_| Err(unavailable("the server")));
    let start = Instant::now();
    let error = empty_unit(&never, policy()).await.unwrap_err();
    assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
    assert!((WINDOW..=WINDOW + TICK).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn each_lost_commit_is_asked_about_for_a_whole_window() {
    // The first answer comes when its window is almost over, and the unit is run again; the second commit is lost too.
    let answer = move |elapsed| match elapsed {
        first if first < ALMOST => Err(unavailable("the server")),
        first if first < ALMOST + Duration::from_secs(2) => Ok(UnitOutcome::NotKept),
        second if second < 2 * ALMOST => Err(unavailable("the server")),
        _ => Ok(UnitOutcome::Kept),
    };
    let store = loses_commits(2, answer);
    let mut runs = 0;
    let answer = run(&store, policy(), |_| {
        runs += 1;
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok::<_, StoreError>(())
        })
    });
    answer.await.unwrap();
    assert_eq!(runs, 2);
}
