//! When a unit is run again, and when it is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot be arranged has failed")]

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;
use wtb_config::{Preset, RetryPolicy, Settings, Store, UuidIds, open, run};
use wtb_domain::{EntityKind, Json, Timestamp, Workflow, WorkflowId};
use wtb_ports::mocks::{MockUnitOfWork, MockUnitOfWorkFactory, MockWorkflowRepository};
use wtb_ports::{
    IdGenerator, Retry, Retryable, StoreError, StoreResult, UnitOfWork, UnitOutcome, WorkflowRepository,
};

/// Far longer than the pauses of the few attempts here.
const WINDOW: Duration = Duration::from_mins(1);

fn policy(window: Duration) -> RetryPolicy {
    RetryPolicy { window, base_delay: Duration::from_millis(10), max_delay: Duration::from_millis(40) }
}

fn conflict() -> StoreError {
    StoreError::Conflict { operation: "commit", source: None }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { waited_for: "the writer".into(), source: None }
}

fn lost() -> StoreError {
    StoreError::OutcomeUnknown { source: "the line went dead".into() }
}

fn stale() -> StoreError {
    StoreError::Stale { entity: EntityKind::Workflow, key: "loans".to_owned() }
}

/// A store whose units end as told, one after another; any further unit and any other ending fails the test.
fn store(endings: Vec<Ending>) -> MockUnitOfWorkFactory {
    let mut factory = MockUnitOfWorkFactory::new();
    let times = endings.len();
    let endings = Mutex::new(VecDeque::from(endings));
    factory.expect_begin().times(times).returning(move || {
        let mut unit = MockUnitOfWork::new();
        match endings.lock().unwrap().pop_front().unwrap() {
            Ending::NotBegun(error) => return Err(error),
            Ending::Commit(answer) => {
                unit.expect_identify().times(1).return_once(|| Ok("unit-1".parse().unwrap()));
                unit.expect_commit().times(1).return_once(|| answer);
            }
            Ending::NotIdentified(error) => {
                unit.expect_identify().times(1).return_once(|| Err(error));
            }
            Ending::Rollback(answer) => {
                unit.expect_rollback().times(1).return_once(|| answer);
            }
        }
        Ok(Box::new(unit) as Box<dyn UnitOfWork>)
    });
    factory
}

/// The same store, which answers so when it is asked what became of a unit, and is asked as often.
fn that_tells(
    mut store: MockUnitOfWorkFactory,
    answers: Vec<StoreResult<UnitOutcome>>,
) -> MockUnitOfWorkFactory {
    let times = answers.len();
    let answers = Mutex::new(VecDeque::from(answers));
    store
        .expect_outcome_of()
        .withf(|unit| unit.as_str() == "unit-1")
        .times(times)
        .returning(move |_| answers.lock().unwrap().pop_front().unwrap());
    store
}

enum Ending {
    NotBegun(StoreError),
    NotIdentified(StoreError),
    Commit(StoreResult<()>),
    Rollback(StoreResult<()>),
}

#[tokio::test(start_paused = true)]
async fn what_the_body_answers_is_answered_after_the_commit() {
    let store = store(vec![Ending::Commit(Ok(()))]);
    let answer = run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(7) })).await;
    assert_eq!(answer.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_lost_to_another_is_run_again_after_a_pause() {
    let endings =
        vec![Ending::Commit(Err(conflict())), Ending::Commit(Err(unavailable())), Ending::Commit(Ok(()))];
    let store = store(endings);
    let mut runs = 0;
    let start = Instant::now();
    let answer = run(&store, policy(WINDOW), |_| {
        runs += 1;
        Box::pin(async { Ok::<_, StoreError>(()) })
    });
    answer.await.unwrap();
    assert_eq!(runs, 3);
    let (least, most) = (Duration::from_micros(1), Duration::from_millis(10 + 20 + 2));
    assert!((least..=most).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_not_ready_is_asked_again() {
    let store = store(vec![Ending::NotBegun(unavailable()), Ending::Commit(Ok(()))]);
    run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_a_window_there_is_one_attempt() {
    for error in [unavailable(), conflict()] {
        let store = store(vec![Ending::Commit(Err(error))]);
        run(&store, policy(Duration::ZERO), |_| Box::pin(async { Ok::<_, StoreError>(()) }))
            .await
            .unwrap_err();
    }
    let store = that_tells(store(vec![Ending::Commit(Err(lost()))]), vec![Err(unavailable())]);
    let answer = run(&store, policy(Duration::ZERO), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await;
    assert!(matches!(answer, Err(StoreError::OutcomeUnknown { .. })), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_commit_of_unknown_outcome_that_was_kept_is_a_success() {
    let store = that_tells(store(vec![Ending::Commit(Err(lost()))]), vec![Ok(UnitOutcome::Kept)]);
    let answer = run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(7) })).await;
    assert_eq!(answer.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_commit_of_unknown_outcome_that_was_not_kept_costs_an_attempt() {
    let endings = || vec![Ending::Commit(Err(lost())), Ending::Commit(Ok(()))];
    let mut runs = 0;
    let once = that_tells(store(endings()), vec![Ok(UnitOutcome::NotKept)]);
    let answer = run(&once, policy(WINDOW), |_| {
        runs += 1;
        Box::pin(async { Ok::<_, StoreError>(()) })
    });
    answer.await.unwrap();
    assert_eq!(runs, 2);

    let last = that_tells(store(vec![Ending::Commit(Err(lost()))]), vec![Ok(UnitOutcome::NotKept)]);
    let answer = run(&last, policy(Duration::ZERO), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await;
    assert!(
        matches!(answer, Err(StoreError::Unavailable { .. })),
        "{answer:?}: it is known that nothing is kept"
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_out_of_reach_is_asked_again_after_a_pause() {
    let answers = vec![Err(unavailable()), Err(unavailable()), Ok(UnitOutcome::Kept)];
    let store = that_tells(store(vec![Ending::Commit(Err(lost()))]), answers);
    let start = Instant::now();
    run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await.unwrap();
    let (least, most) = (Duration::from_micros(1), Duration::from_millis(10 + 20 + 2));
    assert!((least..=most).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_nobody_can_tell_stays_unknown_and_is_not_repeated() {
    let broken = || StoreError::Backend { operation: "ask", source: "broken".into() };
    for answers in
        [vec![Ok(UnitOutcome::Forgotten)], vec![Err(broken())], vec![Err(unavailable()), Err(broken())]]
    {
        let store = that_tells(store(vec![Ending::Commit(Err(lost()))]), answers);
        let answer = run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await;
        let error = answer.unwrap_err();
        assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error:?}");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the line went dead");
    }
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_cannot_be_identified_is_not_committed() {
    let store = store(vec![Ending::NotIdentified(unavailable()), Ending::Commit(Ok(()))]);
    run(&store, policy(WINDOW), |_| Box::pin(async { Ok::<_, StoreError>(()) })).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_old_revision_is_rolled_back_and_not_repeated() {
    let store = store(vec![Ending::Rollback(Ok(()))]);
    let answer = run(&store, policy(WINDOW), |_| Box::pin(async { Err::<(), _>(stale()) })).await;
    assert!(matches!(answer, Err(StoreError::Stale { .. })), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failing_rollback_does_not_hide_why_the_unit_failed() {
    let store = store(vec![Ending::Rollback(Err(StoreError::Aborted))]);
    let answer = run(&store, policy(WINDOW), |_| Box::pin(async { Err::<(), _>(stale()) })).await;
    assert!(matches!(answer, Err(StoreError::Stale { .. })), "{answer:?}");
}

/// The error of a use case: from the store, or its own.
#[derive(Debug)]
enum UseCaseError {
    Store(StoreError),
    NotReady,
}

impl fmt::Display for UseCaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<StoreError> for UseCaseError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Retryable for UseCaseError {
    fn retry(&self) -> Retry {
        match self {
            Self::Store(error) => error.retry(),
            Self::NotReady => Retry::WholeUnit,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_use_case_decides_for_itself() {
    let store = store(vec![Ending::Rollback(Ok(())), Ending::Commit(Ok(()))]);
    let mut runs = 0;
    let answer = run(&store, policy(WINDOW), |_| {
        runs += 1;
        let ready = runs == 2;
        Box::pin(async move { if ready { Ok(()) } else { Err(UseCaseError::NotReady) } })
    });
    answer.await.unwrap();
    assert_eq!(runs, 2);
}

#[tokio::test]
async fn a_body_may_borrow_its_surroundings_also_in_a_spawned_task() {
    let mut factory = MockUnitOfWorkFactory::new();
    factory.expect_begin().times(1).returning(|| {
        let mut workflows = MockWorkflowRepository::new();
        workflows.expect_delete().withf(|id| id.as_str() == "loans").times(1).return_once(|_| Ok(true));
        let mut unit = MockUnitOfWork::new();
        unit.expect_workflows().return_var(Box::new(workflows) as Box<dyn WorkflowRepository>);
        unit.expect_identify().times(1).return_once(|| Ok("unit-1".parse().unwrap()));
        unit.expect_commit().times(1).return_once(|| Ok(()));
        Ok(Box::new(unit) as Box<dyn UnitOfWork>)
    });
    let task = tokio::spawn(async move {
        let id = WorkflowId::new("loans").unwrap();
        let id = &id;
        run(&factory, policy(WINDOW), |unit| Box::pin(async move { unit.workflows().delete(id).await })).await
    });
    assert!(task.await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_update_is_lost_when_many_tasks_change_one_entity() {
    const TASKS: usize = 8;
    const CHANGES: usize = 20;
    let loader = Settings::loader(Preset::Testing).alone().set("retry.max_delay_ms", "20", "test");
    let store = open(&loader.load().unwrap()).await.unwrap();
    let id = &WorkflowId::from_uuid(UuidIds.next_uuid());
    let workflow = Workflow::new(id.clone(), "counted", Json::empty_object(), Timestamp::UNIX_EPOCH);
    let mut unit = store.begin().await.unwrap();
    unit.workflows().add(workflow).await.unwrap();
    unit.commit().await.unwrap();

    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                for _ in 0..CHANGES {
                    change(&store, &id).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut unit = store.begin_read().await.unwrap();
    let workflow = unit.workflows().get_by_id(id).await.unwrap().unwrap();
    assert_eq!(workflow.description.len(), TASKS * CHANGES);
}

/// Adds one letter, giving the other tasks time to come between.
async fn change(store: &Store, id: &WorkflowId) -> StoreResult<()> {
    let change = store.run(|unit| {
        Box::pin(async move {
            let mut workflow = unit.workflows().get_by_id(id).await?.unwrap();
            tokio::task::yield_now().await;
            workflow.description.push('+');
            unit.workflows().update(workflow).await
        })
    });
    change.await.map(|_| ())
}
