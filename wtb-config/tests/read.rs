//! When a unit that only reads is run again, and when it is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot be arranged has failed")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use wtb_config::{Settings, Store, open};
use wtb_domain::EntityKind;
use wtb_ports::{StoreError, StoreResult};

async fn store() -> Store {
    open(&Settings::for_testing()).await.unwrap()
}

/// What a replica says that needs the rows of a long read no more.
fn cancelled() -> StoreError {
    StoreError::Conflict { operation: "read", source: Some("conflict with recovery".into()) }
}

fn connection_lost() -> StoreError {
    StoreError::Unavailable { waited_for: "the server".into(), source: None }
}

/// How a body ends that runs again after the errors before: with the last of `errors`, or well when there is none.
fn next(errors: &Mutex<Vec<StoreError>>, runs: &AtomicU32) -> StoreResult<()> {
    runs.fetch_add(1, Ordering::Relaxed);
    errors.lock().unwrap().pop().map_or(Ok(()), Err)
}

#[tokio::test(start_paused = true)]
async fn a_read_that_was_cancelled_or_lost_its_connection_is_run_again() {
    let store = store().await;
    let (runs, errors) = (AtomicU32::new(0), Mutex::new(vec![cancelled(), connection_lost()]));
    let (runs, errors) = (&runs, &errors);
    store.read(|_| Box::pin(async move { next(errors, runs) })).await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 3);

    *errors.lock().unwrap() = vec![cancelled(), connection_lost()];
    store.read_your_writes(|_| Box::pin(async move { next(errors, runs) })).await.unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 6);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_would_fail_again_is_not_run_again() {
    let store = store().await;
    let corrupt = StoreError::Corrupt {
        entity: EntityKind::Workflow,
        key: "loans".to_owned(),
        column: "status",
        source: "unknown word".into(),
    };
    let (runs, errors) = (AtomicU32::new(0), Mutex::new(vec![corrupt]));
    let (runs, errors) = (&runs, &errors);
    let outcome = store.read(|_| Box::pin(async move { next(errors, runs) })).await;
    assert!(matches!(outcome, Err(StoreError::Corrupt { .. })), "{outcome:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_is_retried_for_the_window_only() {
    let store = store().await;
    let start = Instant::now();
    let outcome = store.read(|_| Box::pin(async { Err::<(), _>(connection_lost()) })).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable { .. })), "{outcome:?}");
    let window = Duration::from_mins(1);
    assert!((window..window + Duration::from_millis(2)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_unit_of_a_read_does_not_write() {
    let store = store().await;
    let outcome = store.read(|unit| Box::pin(async move { unit.identify().await })).await;
    assert!(matches!(outcome, Err(StoreError::ReadOnly)), "{outcome:?}");
    let outcome = store.read_your_writes(|unit| Box::pin(async move { unit.identify().await })).await;
    assert!(matches!(outcome, Err(StoreError::ReadOnly)), "{outcome:?}");
}
